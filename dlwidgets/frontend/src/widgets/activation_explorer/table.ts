/** The functions in rows: formulas, and their numbers at the probe. */

import { h, say } from "../../lib/dom.ts";
import { percent, quantity } from "../../lib/format.ts";
import { look, swatch } from "../../lib/palette.ts";
import type { Context, Part } from "./session.ts";

export function table(context: Context): Part {
  const { bin, session, text } = context;
  const body = h("tbody");
  const head = h("thead");
  const el = h("div", { class: "dlw-ac-table" }, h("table", {}, head, body));
  let version = -1;
  let cells: HTMLElement[][] = [];

  const build = (): void => {
    const inputs = session.functions.some((one) => one.flat !== undefined);
    head.replaceChildren(h(
      "tr",
      {},
      ...["", text.formula, text.value, text.derivative, text.slope].map((t) =>
        h("th", { scope: "col" }, t)
      ),
      h("th", { scope: "col", title: text.powerHint }, text.power),
      ...(inputs ? [h("th", { scope: "col", title: text.flatHint }, text.flat)] : []),
      h("th", {}),
    ));
    cells = session.functions.map(() => [0, 1, 2].map(() => h("td", { class: "dlw-ac-number" })));
    body.replaceChildren(...session.functions.map((one, i) => {
      const remove = h("button", {
        type: "button",
        class: "dlw-button dlw-ac-remove",
        title: text.remove(one.name),
        "aria-label": text.remove(one.name),
      }, "×");
      remove.disabled = session.functions.length === 1 || session.link.gone;
      bin.listen(remove, "click", () => session.link.commands.now("remove", "remove", one.name));
      const [value, slope, power] = cells[i]!;
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, swatch(look(i)) as unknown as Node, one.name),
        h("td", { class: "dlw-ac-formula" }, one.y || text.own),
        value!,
        h("td", { class: "dlw-ac-formula" }, one.dy),
        slope!,
        power!,
        ...(inputs ? [h("td", { class: "dlw-ac-number" }, percent(100 * (one.flat ?? 0)))] : []),
        h("td", {}, remove),
      );
    }));
  };
  return {
    el,
    update() {
      if (version !== session.version) build();
      version = session.version;
      const place = session.place;
      session.functions.forEach((one, i) => {
        const [value, slope, power] = cells[i]!;
        say(value!, quantity(one.values[place], 5));
        say(slope!, quantity(one.slopes[place], 5));
        say(power!, quantity(one.slopes[place]! ** 10, 3));
      });
    },
  };
}
