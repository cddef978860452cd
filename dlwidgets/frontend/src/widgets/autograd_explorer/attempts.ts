/** What happens when …: buttons, the code, what torch said, and what it means. */

import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";
import type { Kind } from "./words.ts";

export function attempts(context: Context): Part {
  const { announcer, bin, language, model, session, text } = context;
  const kinds = Object.keys(text.tried) as Kind[];
  const buttons = kinds.map((kind) => {
    const button = h("button", { type: "button", class: "dlw-button" }, text.tried[kind]);
    bin.listen(button, "click", () => session.attempt(kind));
    return [kind, button] as const;
  });
  const code = codeLine(bin, common[language], announcer);
  code.el.classList.add("dlw-au-code");
  const [said, meaning, table] = [
    h("p", { class: "dlw-au-said" }),
    h("p", { class: "dlw-au-meaning" }),
    h("table", { class: "dlw-au-frames" }),
  ];
  const answer = h("div", { class: "dlw-au-told" }, meaning, said, table);
  const result = h("div", { class: "dlw-au-result" }, answer, code.el);
  const hint = h("p", { class: "dlw-au-soft" }, text.notRun);
  let told = "";
  return {
    el: h(
      "section",
      { class: "dlw-au-tries" },
      h("h3", { title: text.triesHint }, text.tries),
      h("div", { class: "dlw-au-buttons" }, ...buttons.map(([, button]) => button)),
      hint,
      result,
    ),
    update() {
      const kind = model.get("_tried");
      for (const [one, button] of buttons) {
        mark(button, "aria-pressed", String(one === kind));
        button.disabled = session.link.gone;
      }
      hint.hidden = kind !== "";
      result.hidden = kind === "";
      if (kind === "") return;
      const [error, warning] = [model.get("_tried_error"), model.get("_tried_warning")];
      const means = text.means[kind][error ? "refused" : "done"](model.get("_tried_target"));
      say(meaning, means);
      const words = error ? `${text.torch}: ${error}` : warning ? `${text.warns}: ${warning}` : "";
      said.hidden = words === "";
      mark(said, "data-tone", error ? "bad" : "warn");
      say(said, words);
      frames(context, table, kind);
      const lines = model.get("_tried_code");
      code.el.hidden = lines === "";
      code.set(lines);
      const now = `${kind} ${error} ${model.get("_tried_target")}`;
      if (told !== "" && now !== told) announcer.tell(`${text.tried[kind]}: ${means}`);
      told = now;
    },
  };
}

/** `.grad` after each backward pass, one column a tensor. */
function frames({ model, text }: Context, table: HTMLElement, kind: Kind): void {
  const [names, widths] = [model.get("_tried_names"), model.get("_tried_widths")];
  const [count, wide] = model.get("_tried_frames").shape as [number, number];
  const [numbers, absent] = [
    unpack(model.get("_tried_frames")),
    unpack(model.get("_tried_absent")),
  ];
  table.hidden = count === 0;
  const head = h(
    "tr",
    {},
    h("td", {}),
    ...names.map((name) => h("th", { scope: "col" }, `${name}.grad`)),
  );
  const rows = Array.from({ length: count }, (_, i) => {
    let at = i * wide;
    const cells = widths.map((width, k) => {
      const mine = numbers.subarray(at, at += width);
      const shown = Array.from(mine).slice(0, 4).map((x) => quantity(x, 4));
      const list = width === 1 ? shown[0]! : `[${shown.join(", ")}${width > 4 ? ", …" : ""}]`;
      return h("td", {}, absent[i * names.length + k] ? text.none : list);
    });
    const label = kind === "inner" ? text.kept[i] ?? "" : text.pass(String(i + 1));
    return h("tr", {}, h("th", { scope: "row" }, label), ...cells);
  });
  table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows));
}
