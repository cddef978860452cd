/** The functions that ran, line by line, with the numbers that their lines have at the step. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { B, type Context, type Lane, LOSS, type Part, W } from "./session.ts";

/** Which numbers a line of the loop sets. */
export function numbersOf(line: string): readonly number[] {
  if (/^\s*loss = /.test(line)) return [LOSS];
  if (/^\s*(w|weight)( [-+]?= |\.assign)/.test(line)) return [W];
  if (/^\s*(b|bias)( [-+]?= |\.assign)/.test(line)) return [B];
  return /optimizer\.step\(/.test(line) ? [W, B] : [];
}

export function sources(context: Context): Part {
  const { session, text } = context;
  const summary = h("summary", {}, text.sources);
  const parts = session.lanes.map((lane, i) => source(context, lane, i));
  const all = h("div", { class: "dlw-re-sources" }, ...parts.map((part) => part.el));
  const el = h("details", { class: "dlw-re-source" }, summary, all);
  // What nobody looks at need not follow each slice.
  const update = (): void => {
    if (el.open) { for (const part of parts) part.update(); }
  };
  context.bin.listen(el, "toggle", update);
  return { el, update };
}

function source(context: Context, lane: Lane, index: number): Part {
  const { session, text } = context;
  const lines = (context.model.get("_sources")[index] ?? "").split("\n");
  const loop = lines.findIndex((line) => /^\s*for /.test(line));
  const rows = lines.map((line, i) => {
    const numbers = i > loop && lane.here ? numbersOf(line) : [];
    const value = h("i", { class: "dlw-re-value" });
    const row = h(
      "span",
      { class: "dlw-re-code" },
      line || " ",
      ...(numbers.length ? [value] : []),
    );
    return { numbers, row, value };
  });
  const name = text.names[lane.name] ?? lane.name;
  const block = h("pre", { tabindex: 0, "aria-label": name }, ...rows.map(({ row }) => row));
  const names = ["loss", "w", "b"];
  return {
    el: h("section", { "data-lane": lane.name }, h("h3", {}, name), block),
    update() {
      for (const { numbers, value } of rows) {
        if (!numbers.length) continue;
        const shown = numbers.map((which) =>
          `${names[which]} = ${quantity(session.now(index, which), 5)}`
        );
        say(value, `  # ${shown.join(", ")}`);
        mark(value, "title", text.lineHint);
      }
    },
  };
}
