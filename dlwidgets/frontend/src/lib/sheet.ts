/** A window of a tensor as a grid of cells with a heading. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import { type Gestures, Grid } from "./grid.ts";
import { extent, type Seen } from "./slices.ts";

/** The numbers of a window, short and in full, row by row. */
export interface Numbers extends Seen {
  readonly dtype: string;
  readonly text: readonly string[];
  readonly exact: readonly string[];
}

/** How a cell looks beside its number. */
export interface Look {
  readonly tone: string;
  /** Told under the pointer and to screen readers. */
  readonly title: string;
  /** A small text in the corner. */
  readonly note?: string;
}

/** Characters that a cell has room for; what is cut stands under the pointer. */
const LONGEST = 8;
const CELL = 43;
const [LARGEST, SMALLEST] = [13, 9];

export class Sheet {
  readonly el: HTMLElement;
  readonly grid: Grid;
  readonly #title = h("b");
  readonly #note = h("span");
  readonly #empty = h("p", { class: "dlw-sheet-empty", hidden: true });

  constructor(bin: Disposer, label: string, act: Gestures) {
    this.grid = new Grid(bin, label, act);
    this.grid.el.style.setProperty("--cell", `${CELL}px`);
    const head = h("div", { class: "dlw-sheet-head" }, this.#title, this.#note);
    const well = h("div", { class: "dlw-sheet-well" }, this.grid.el, this.#empty);
    this.el = h("div", { class: "dlw-sheet" }, head, well);
  }

  head(title: string, note: string): void {
    say(this.#title, title);
    say(this.#note, note);
    mark(this.#note, "title", note);
  }

  /** Shows neither numbers nor that there are none. */
  quiet(): void {
    this.grid.el.hidden = true;
    this.#empty.hidden = true;
  }

  /** Draws the window; `empty` is said where there are no numbers. */
  show(
    numbers: Numbers,
    empty: string,
    look: (row: number, column: number) => Look,
  ): void {
    const part = extent(numbers);
    const none = part.height * part.width === 0;
    this.grid.el.hidden = none;
    this.#empty.hidden = !none;
    say(this.#empty, empty);
    if (none) return;
    const longest = numbers.text.reduce((most, text) => Math.max(most, text.length), 1);
    const size = (CELL - 5) / (Math.min(longest, LONGEST) * 0.58);
    this.grid.el.style.setProperty("--size", `${Math.max(SMALLEST, Math.min(LARGEST, size))}px`);
    const room = Math.floor((CELL - 3) / (SMALLEST * 0.56));
    this.grid.show(part, (row, column) => {
      const text = numbers.text[(row - part.top) * part.width + column - part.left] ?? "";
      const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
      return { text: cut, ...look(row, column) };
    });
  }
}

/** The exact number of a cell of the whole tensor; empty where the window does not show it. */
export function exactAt(numbers: Numbers, row: number, column: number): string {
  const { top, left, height, width } = extent(numbers);
  const [r, c] = [row - top, column - left];
  if (r < 0 || c < 0 || r >= height || c >= width) return "";
  return numbers.exact[r * width + c] ?? "";
}

/** A shape as Python writes it: (3, 1), (3,), (). */
export function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}
