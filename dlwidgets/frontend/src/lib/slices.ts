/** Which part of a large tensor is shown: a stepper for every axis that is not shown whole. */

import type { Disposer } from "./dispose.ts";
import { h, say } from "./dom.ts";
import { icon } from "./icons.ts";
import type { Part } from "./part.ts";

/** The part of a tensor that is on the page. */
export interface Seen {
  readonly shape: readonly number[];
  /** Where it begins, one index an axis. */
  readonly at: readonly number[];
  readonly rows: number;
  readonly columns: number;
}

export interface SliceWords {
  readonly axis: (index: number) => string;
  readonly back: (axis: number) => string;
  readonly on: (axis: number) => string;
}

/** How many places of each axis are shown. */
export function shown({ shape, rows, columns }: Seen): number[] {
  const many = shape.length;
  return shape.map((_, axis) => axis === many - 1 ? columns : axis === many - 2 ? rows : 1);
}

/** The index of a cell of the shown part; rows and columns are those of the whole tensor. */
export function indexOf({ shape, at }: Seen, row: number, column: number): number[] {
  if (shape.length === 0) return [];
  if (shape.length === 1) return [column];
  return [...at.slice(0, -2), row, column];
}

/** The part that shows a cell: as near as possible to the one that is shown. */
export function toward(seen: Seen, row: number, column: number): number[] {
  const wide = shown(seen);
  return indexOf(seen, row, column).map((index, axis) => {
    const [start, many] = [seen.at[axis]!, wide[axis]!];
    return index < start ? index : index >= start + many ? index - many + 1 : start;
  });
}

/** What a grid of cells needs to know of the part. */
export function extent(seen: Seen): {
  rows: number;
  columns: number;
  top: number;
  left: number;
  height: number;
  width: number;
} {
  const { shape, at, rows, columns } = seen;
  const many = shape.length;
  return {
    rows: shape[many - 2] ?? 1,
    columns: shape[many - 1] ?? 1,
    top: many > 1 ? at[many - 2]! : 0,
    left: many > 0 ? at[many - 1]! : 0,
    height: rows,
    width: columns,
  };
}

export function slices(
  bin: Disposer,
  words: SliceWords,
  now: () => Seen,
  look: (at: number[]) => void,
): Part {
  const el = h("div", { class: "dlw-slices" });
  let known = "";
  let labels: { axis: number; output: HTMLElement; buttons: HTMLButtonElement[] }[] = [];
  const step = (axis: number, by: number): void => {
    const seen = now();
    look(seen.at.map((start, one) => one === axis ? start + by * shown(seen)[axis]! : start));
  };
  const build = (axes: number[]): void => {
    labels = axes.map((axis) => {
      const output = h("output", {});
      const buttons = ([["back", -1], ["step", 1]] as const).map(([name, by]) => {
        const label = by < 0 ? words.back(axis) : words.on(axis);
        const button = h("button", { type: "button", class: "dlw-slice", "aria-label": label });
        button.append(icon(name));
        bin.listen(button, "click", () => step(axis, by));
        return button;
      });
      el.append(h("span", {}, words.axis(axis), buttons[0]!, output, buttons[1]!));
      return { axis, output, buttons };
    });
  };
  return {
    el,
    update() {
      const seen = now();
      const wide = shown(seen);
      const axes = seen.shape.flatMap((size, axis) => size > wide[axis]! ? [axis] : []);
      if (axes.join() !== known) {
        el.replaceChildren();
        build(axes);
      }
      known = axes.join();
      el.hidden = axes.length === 0;
      for (const { axis, output, buttons } of labels) {
        const [start, many, size] = [seen.at[axis]!, wide[axis]!, seen.shape[axis]!];
        say(output, `${many === 1 ? start : `${start}–${start + many - 1}`} / ${size}`);
        buttons[0]!.disabled = start <= 0;
        buttons[1]!.disabled = start + many >= size;
      }
    },
  };
}
