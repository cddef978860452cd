/** What the head makes of the state at the cursor, beside what it was before the changes. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Context, held, type Part } from "./session.ts";

/** Outputs that are listed; the greatest are. */
const LISTED = 12;

export function output({ model, session, text }: Context): Part {
  const title = h("h3", {});
  const list = h("div", { class: "dlw-ls-outputs" });
  const empty = h("p", { class: "dlw-ls-soft" }, text.noOutput, " ");
  empty.append(h("code", {}, "explore(lstm, x, head=model.linear, labels=[…])"));
  let known: unknown[] = [];
  return {
    el: h("div", {}, title, list, empty),
    update() {
      const names = model.get("_outputs");
      empty.hidden = session.net.head;
      title.hidden = list.hidden = !session.net.head;
      say(title, text.output(String(session.step)));
      const key = [names, model.get("_output")];
      if (key.every((one, i) => one === known[i])) return;
      known = key;
      const flat = held(model.get("_output"));
      const rows = names.map((name, i) => [name, flat[i]!, flat[names.length + i]!] as const);
      const most = rows.reduce((a, [, x, y]) => Math.max(a, Math.abs(x) || 0, Math.abs(y) || 0), 0);
      const shown = rows.length > LISTED
        ? [...rows].sort(([, a], [, b]) => b - a).slice(0, LISTED)
        : rows;
      list.replaceChildren(...shown.map(([name, now, before]) => {
        const bar = h("i", {});
        bar.style.setProperty("--part", (most > 0 ? Math.abs(now) / most : 0).toFixed(4));
        const moved = !Object.is(now, before);
        const was = h("small", {}, moved ? text.was(quantity(before, 4)) : "");
        const number = h("span", {}, quantity(now, 4));
        const row = h("div", {}, h("b", {}, name), h("span", {}, bar), number, was);
        mark(row, "data-sign", now < 0 ? "negative" : "positive");
        return row;
      }));
    },
  };
}
