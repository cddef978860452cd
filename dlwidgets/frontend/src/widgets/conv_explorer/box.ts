/** A grid with its heading, its channels, and, where it is too large for cells, its pixels. */

import type { Disposer } from "../../lib/dispose.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { type Hand, hand } from "./figures.ts";
import { type Extent, type Gestures, Grid } from "../../lib/grid.ts";
import { Pixels } from "./pixels.ts";
import type { Sheet } from "./sheets.ts";

/** The box around lit cells, in cells of the whole grid. */
export interface Frame {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** More rows or columns than this are shown as pixels, with a window of cells. */
export const MOST = 23;
/** What the window of cells shows around the place that matters, at most. */
const NEAR = [5, 9] as const;
const LARGEST = 46;
/** Cells of this size have room for the weight that they meet. */
const NOTED = 28;
const SMALLEST = 9;
/** The smallest type that is worth a decimal. */
const READABLE = 9;

export class Box {
  readonly el: HTMLElement;
  readonly grid: Grid;
  readonly #head = h("div", { class: "dlw-cv-head" });
  readonly #note = h("span", { class: "dlw-cv-note" });
  readonly #title = h("b");
  readonly #well = h("div", { class: "dlw-cv-well" });
  readonly #frame = h("div", { class: "dlw-cv-frame", hidden: true });
  readonly #pixels: Pixels;
  #size: [number, number] = [0, 0];
  #known = "";
  #scale = 1;
  #hand: Hand = { write: String, longest: 1 };

  constructor(bin: Disposer, label: string, act: Gestures, resized: () => void) {
    this.grid = new Grid(bin, label, act);
    this.#pixels = new Pixels(bin, act);
    this.grid.el.append(this.#frame);
    this.#well.append(this.#pixels.el, this.grid.el);
    this.#head.append(this.#title, this.#note);
    this.el = h("div", { class: "dlw-cv-box" }, this.#head, this.#well);
    bin.resized(this.#well, (width, height) => {
      this.#size = [Math.floor(width), Math.floor(height)];
      resized();
    });
  }

  /** Something between heading and grid, as the choice of a channel. */
  insert(el: HTMLElement): void {
    this.#head.after(el);
  }

  head(title: string, note: string): void {
    say(this.#title, title);
    say(this.#note, note);
    mark(this.#head, "title", `${title} ${note}`);
  }

  /** Takes a given width; 0 for whatever the page has. */
  room(width: number): void {
    this.el.style.flex = width > 0 ? `0 0 ${width}px` : "";
    if (width > 0) this.#size = [width, this.#size[1]];
  }

  /** The side of a cell that fits. */
  fit({ rows, columns }: { rows: number; columns: number }): number {
    const pixels = large({ rows, columns });
    const [width, height] = this.#size;
    const [down, across] = pixels
      ? [Math.min(rows, NEAR[0]), Math.min(columns, NEAR[1])]
      : [rows, columns];
    const room = pixels ? height * 0.5 : height;
    const side = Math.floor(Math.min((width - 2) / across, (room - 2) / down));
    return Math.max(SMALLEST, Math.min(LARGEST, side));
  }

  /** Draws a channel; `center` is the place that its window of cells is about. */
  show(
    sheet: Sheet,
    side: number,
    center: readonly [number, number],
    tone: (row: number, column: number) => string,
    frame: Frame | null,
    note?: (row: number, column: number) => string,
    hidden?: (row: number, column: number) => boolean,
  ): void {
    const { rows, columns, values } = sheet;
    const pixels = large(sheet);
    this.#prepare(sheet, side);
    const extent = pixels ? near(rows, columns, center) : whole(rows, columns);
    this.grid.el.style.setProperty("--cell", `${side}px`);
    this.grid.el.style.setProperty("--size", `${type(side, this.#hand.longest)}px`);
    this.grid.show(extent, (row, column) => {
      const at = row * columns + column;
      if (hidden?.(row, column)) return { text: "?", heat: 0, tone: tone(row, column) };
      const text = this.#hand.write(values[at]!);
      const share = values[at]! / this.#scale;
      const more = side >= NOTED && note ? note(row, column) : "";
      const fits = more.length * Math.max(8, 0.24 * side) * 0.62 < side - 3;
      return { text, heat: share || 0, tone: tone(row, column), note: fits ? more : "" };
    });
    this.#pixels.show(pixels ? sheet : null, frame ?? null, extent, this.#size);
    this.#outline(frame, extent, side);
  }

  /** What depends on the values alone. */
  #prepare({ values, key }: Sheet, side: number): void {
    const known = `${key} ${side}`;
    if (known === this.#known) return;
    this.#known = known;
    let most = 0;
    for (const value of values) {
      if (Number.isFinite(value) && Math.abs(value) > most) most = Math.abs(value);
    }
    this.#scale = most || 1;
    this.#hand = hand(values, (length) => type(side, length) >= READABLE);
  }

  #outline(frame: Frame | null, { top, left, height, width }: Extent, side: number): void {
    const seen = frame !== null && frame.bottom >= top && frame.top < top + height &&
      frame.right >= left && frame.left < left + width;
    this.#frame.hidden = !seen;
    if (!seen) return;
    const { style } = this.#frame;
    // Of a window that goes on beyond the shown cells, the edges out there are left open.
    const [first, last] = [Math.max(frame.top, top), Math.min(frame.bottom, top + height - 1)];
    const [start, end] = [Math.max(frame.left, left), Math.min(frame.right, left + width - 1)];
    const open = [
      first > frame.top,
      end < frame.right,
      last < frame.bottom,
      start > frame.left,
    ];
    style.borderStyle = open.map((is) => is ? "none" : "solid").join(" ");
    style.transform = `translate(${(start - left) * side}px, ${(first - top) * side}px)`;
    mark(this.#frame, "data-thin", side < 20);
    style.width = `${(end - start + 1) * side}px`;
    style.height = `${(last - first + 1) * side}px`;
  }
}

/** Whether there are too many cells to write numbers into. */
export function large({ rows, columns }: { rows: number; columns: number }): boolean {
  return rows > MOST || columns > MOST;
}

function whole(rows: number, columns: number): Extent {
  return { rows, columns, top: 0, left: 0, height: rows, width: columns };
}

function near(rows: number, columns: number, [row, column]: readonly [number, number]): Extent {
  const [height, width] = [Math.min(rows, NEAR[0]), Math.min(columns, NEAR[1])];
  const top = Math.max(0, Math.min(rows - height, row - (height >> 1)));
  const left = Math.max(0, Math.min(columns - width, column - (width >> 1)));
  return { rows, columns, top, left, height, width };
}

/** The size of type with which `length` characters fit into a cell. */
function type(side: number, length: number): number {
  return Math.floor(Math.min(0.46 * side, 15, (1.42 * side) / Math.max(2, length)) * 2) / 2;
}
