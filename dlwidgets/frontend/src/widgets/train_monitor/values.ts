/** The table of last values, which is the legend too. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { look, swatch } from "../../lib/palette.ts";
import { extent } from "../../lib/series.ts";
import type { Context, Part } from "./part.ts";

/** One row a curve: a switch with its look, the last value, the least and the greatest. */
export function values(context: Context): Part {
  const { session, text } = context;
  const body = h("tbody");
  const titles = [text.name, text.last, text.least, text.greatest];
  const head = h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)));
  const table = h("table", { "aria-label": text.values }, h("thead", {}, head), body);
  let rows = new Map<string, { toggle: HTMLButtonElement; cells: HTMLElement[] }>();
  return {
    el: h("section", { class: "dlw-tm-values" }, table),
    update() {
      const names = [...session.points.keys()];
      if (names.join("\n") !== [...rows.keys()].join("\n")) {
        rows = new Map(names.map((name, index) => [name, row(context, name, index)]));
        body.replaceChildren(
          ...[...rows.values()].map(({ toggle, cells }) =>
            h("tr", {}, h("th", { scope: "row" }, toggle), ...cells)
          ),
        );
      }
      for (const [name, { toggle, cells }] of rows) {
        mark(toggle, "aria-pressed", String(!context.hidden.has(name)));
        const [low, high] = extent(session.buckets(name)) ?? [null, null];
        const last = session.last.get(name) ?? null;
        [last, low, high].forEach((value, index) => {
          say(cells[index]!, quantity(value));
          mark(cells[index]!, "title", value === null ? undefined : String(value));
        });
      }
    },
  };
}

function row(
  { bin, hidden, session, text }: Context,
  name: string,
  index: number,
): { toggle: HTMLButtonElement; cells: HTMLElement[] } {
  const toggle = h(
    "button",
    { type: "button", class: "dlw-tm-toggle", title: text.toggle(name) },
    swatch(look(index)),
    h("span", {}, name),
  );
  bin.listen(toggle, "click", () => {
    if (!hidden.delete(name)) hidden.add(name);
    session.changed();
  });
  return { toggle, cells: [h("td"), h("td"), h("td")] };
}
