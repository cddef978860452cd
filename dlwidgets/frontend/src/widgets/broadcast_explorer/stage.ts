/** The two tensors and the result, side by side, cell by cell. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Gestures } from "../../lib/grid.ts";
import { exactAt, type Numbers, Sheet, tuple } from "../../lib/sheet.ts";
import { indexOf, shown, slices, toward } from "../../lib/slices.ts";
import { type Context, type Name, type Part, SIGNS, type Spot } from "./session.ts";
import { repeated, sourceOf, together } from "./source.ts";

export function stage(context: Context): Part {
  const { bin, session, text } = context;
  const [a, b] = [operand(context, "a"), operand(context, "b")];
  const out = new Sheet(bin, text.result, gestures(context, "out"));
  const [sign, equal] = [h("span", { class: "dlw-bc-sign" }), h("span", { class: "dlw-bc-sign" })];
  say(equal, "→");
  const bar = slices(bin, text, () => session.out, (at) => session.look(at));
  const row = h(
    "div",
    { class: "dlw-bc-row" },
    a.el,
    h("div", { class: "dlw-bc-group" }, sign, b.el),
    h("div", { class: "dlw-bc-group" }, equal, out.el),
  );
  return {
    el: h("div", { class: "dlw-bc-stage" }, row, bar.el),
    update() {
      say(sign, SIGNS[session.model.get("op")]);
      a.update();
      b.update();
      bar.update();
      const numbers = session.out;
      const { shape, dtype } = numbers;
      out.head(text.result, session.refused ? "" : text.whole(tuple(shape), dtype));
      out.show(
        session.refused ? { ...numbers, shape: [0], rows: 0, columns: 0 } : numbers,
        session.refused ? text.nothing : text.empty,
        (r, c) => ({ tone: tone(context, "out", r, c), title: sum(context, r, c) }),
      );
    },
  };
}

function operand(context: Context, name: Name): Part {
  const { bin, session, text } = context;
  const sheet = new Sheet(bin, name, gestures(context, name));
  return {
    el: sheet.el,
    update() {
      const held = session.operand(name);
      const { dtype, shape } = held;
      // Where the two fit, a tensor is shown as it stands once it is stretched.
      const numbers: Numbers = session.refused ? held : { ...held, shape: session.out.shape };
      const [own, to] = [tuple(shape), tuple(numbers.shape)];
      sheet.head(name, own === to ? text.whole(own, dtype) : text.grown(own, dtype, to));
      sheet.show(numbers, text.empty, (r, c) => ({
        tone: tone(context, name, r, c),
        title: `${cell(context, name, r, c)} = ${exactAt(numbers, r, c)}`,
      }));
    },
  };
}

/** How Python names a cell of a tensor, given the cell of the grid. */
function cell(context: Context, name: Name | "out", row: number, column: number): string {
  const { session } = context;
  const held = name === "out" ? session.out : session.operand(name);
  const index = session.refused
    ? indexOf(held, row, column)
    : name === "out"
    ? session.index(row, column)
    : sourceOf(held.shape, session.index(row, column));
  return `${name}${index.length ? `[${index.join(", ")}]` : ""}`;
}

/** out[2, 1] = a[2, 0] + b[1] = 20 + 1 = 21 */
export function sum(context: Context, row: number, column: number): string {
  const { session } = context;
  const op = session.model.get("op");
  const value = (name: Name | "out"): string => {
    const held = name === "out" ? session.out : session.operand(name);
    return exactAt({ ...held, shape: session.out.shape }, row, column).replaceAll("-", "−");
  };
  const joined = (one: string, other: string): string =>
    op === "maximum" || op === "minimum"
      ? `${SIGNS[op]}(${one}, ${other})`
      : `${one} ${SIGNS[op]} ${other.startsWith("−") ? `(${other})` : other}`;
  const names = joined(cell(context, "a", row, column), cell(context, "b", row, column));
  const numbers = joined(value("a"), value("b"));
  return `${cell(context, "out", row, column)} = ${names} = ${numbers} = ${value("out")}`;
}

/** What is pointed at, or else kept. */
export function spot({ pointer, session }: Context): Spot | null {
  const found = pointer.hover ?? pointer.pin;
  if (!found || session.refused) return null;
  return visible(session.out, found) ? found : null;
}

function visible(numbers: Numbers, { row, column }: Spot): boolean {
  const at = toward(numbers, row, column);
  return at.every((start, axis) => start === numbers.at[axis]);
}

function tone(context: Context, name: Name | "out", row: number, column: number): string {
  const { session } = context;
  const words: string[] = [];
  if (session.refused) return "";
  const index = session.index(row, column);
  const shape = name === "out" ? session.out.shape : session.operand(name).shape;
  const ghost = name !== "out" && repeated(shape, index);
  if (ghost) words.push("ghost");
  const found = spot(context);
  if (!found) return words.join(" ");
  const chosen = session.index(found.row, found.column);
  const here = found.row === row && found.column === column;
  if (found.at === "out") {
    if (here || (name !== "out" && !ghost && together(shape, index, chosen))) words.push("lit");
  } else {
    // All results that read the number, and the number wherever it is repeated.
    const whose = session.operand(found.at).shape;
    const same = together(whose, index, chosen);
    if (name === found.at && same) words.push(ghost ? "also" : "lit");
    if (name === "out" && same) words.push(here ? "lit" : "also");
  }
  return words.join(" ");
}

function gestures(context: Context, at: Name | "out"): Gestures {
  const { announcer, pointer, session } = context;
  return {
    point(row, column) {
      pointer.hover = { at, row, column };
      const to = toward(session.out, row, column);
      const moved = !session.refused && to.some((start, axis) => start !== session.out.at[axis]);
      if (moved) session.look(to);
      session.changed();
    },
    leave() {
      pointer.hover = null;
      session.changed();
    },
    pin(row, column) {
      const { pin } = pointer;
      const same = pin?.at === at && pin.row === row && pin.column === column;
      pointer.pin = same ? null : { at, row, column };
      if (!same && !session.refused) announcer.tell(sum(context, row, column));
      session.changed();
    },
    unpin() {
      pointer.pin = null;
      session.changed();
    },
    refuse: () => {},
  };
}

/** The line under the grids: how the cell that is pointed at comes about. */
export function line(context: Context): Part {
  const { session, text } = context;
  const el = h("p", { class: "dlw-bc-sum" });
  return {
    el,
    update() {
      const found = spot(context);
      mark(el, "data-quiet", !found);
      el.hidden = session.refused;
      if (!found) return say(el, text.hint);
      const { at, row, column } = found;
      if (at === "out") return say(el, sum(context, row, column));
      const { shape } = session.operand(at);
      const chosen = session.index(row, column);
      say(el, text.reads(cell(context, at, row, column), String(uses(context, shape, chosen))));
    },
  };
}

/** How many of the results that are shown read a number. */
function uses({ session }: Context, shape: readonly number[], chosen: number[]): number {
  const { out } = session;
  const [rows, columns] = [out.rows, out.columns];
  const many = shown(out).length;
  const [top, left] = [many > 1 ? out.at[many - 2]! : 0, many > 0 ? out.at[many - 1]! : 0];
  let count = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (together(shape, session.index(top + r, left + c), chosen)) count++;
    }
  }
  return count;
}
