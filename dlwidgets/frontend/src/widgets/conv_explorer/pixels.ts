/** A channel as pixels: for inputs and outputs with too many cells to write numbers into. */

import type { Disposer } from "../../lib/dispose.ts";
import { h } from "../../lib/dom.ts";
import type { Frame } from "./box.ts";
import type { Extent, Gestures } from "../../lib/grid.ts";
import type { Sheet } from "./sheets.ts";

/** The part of the height that the pixels take, above the window of cells. */
const SHARE = 0.46;

export class Pixels {
  readonly el: HTMLElement;
  readonly #canvas = h("canvas", { "aria-hidden": "true" });
  readonly #near = h("div", { class: "dlw-cv-near" });
  readonly #frame = h("div", { class: "dlw-cv-spot" });
  #key = "";
  #sheet: Sheet | null = null;

  constructor(bin: Disposer, act: Gestures) {
    this.el = h(
      "div",
      { class: "dlw-cv-pixels", hidden: true },
      this.#canvas,
      this.#near,
      this.#frame,
    );
    const at = (event: PointerEvent | MouseEvent): [number, number] => {
      const box = this.#canvas.getBoundingClientRect();
      const { rows, columns } = this.#sheet!;
      const place = (from: number, length: number, cells: number): number =>
        Math.max(0, Math.min(cells - 1, Math.floor((from / length) * cells)));
      return [
        place(event.clientY - box.top, box.height, rows),
        place(event.clientX - box.left, box.width, columns),
      ];
    };
    // The cells show what the pointer is on; they have the keyboard.
    bin.listen<PointerEvent>(this.#canvas, "pointermove", (event) => act.point(...at(event)));
    bin.listen(this.#canvas, "pointerleave", () => act.leave());
    bin.listen<MouseEvent>(this.#canvas, "click", (event) => act.pin(...at(event)));
  }

  /** Draws a channel, the part of it whose cells are shown, and the window. */
  show(
    sheet: Sheet | null,
    frame: Frame | null,
    extent: Extent,
    [width, height]: [number, number],
  ): void {
    this.#sheet = sheet;
    this.el.hidden = sheet === null;
    if (!sheet) return;
    const { rows, columns } = sheet;
    if (sheet.key !== this.#key) paint(this.#canvas, sheet);
    this.#key = sheet.key;
    const side = Math.min((width - 2) / columns, (height * SHARE) / rows);
    const { style } = this.#canvas;
    style.width = `${columns * side}px`;
    style.height = `${rows * side}px`;
    place(this.#near, side, extent.top, extent.left, extent.height, extent.width);
    this.#frame.hidden = frame === null;
    if (!frame) return;
    const { top, left, bottom, right } = frame;
    place(this.#frame, side, top, left, bottom - top + 1, right - left + 1);
  }
}

function place(
  { style }: HTMLElement,
  side: number,
  top: number,
  left: number,
  height: number,
  width: number,
): void {
  style.transform = `translate(${left * side}px, ${top * side}px)`;
  style.width = `${width * side}px`;
  style.height = `${height * side}px`;
}

/** Paints values as shades of grey, the least black and the greatest white. */
export function paint(canvas: HTMLCanvasElement, { rows, columns, values }: Sheet): void {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  const scale = high > low ? 255 / (high - low) : 0;
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context || rows === 0 || columns === 0) return;
  const image = context.createImageData(columns, rows);
  for (let at = 0; at < rows * columns; at++) {
    const value = values[at]!;
    const shade = scale === 0 ? 128 : (value - low) * scale;
    // What is no number is red: it must not pass for black.
    image.data[4 * at] = Number.isNaN(value) ? 220 : shade;
    image.data[4 * at + 1] = Number.isNaN(value) ? 40 : shade;
    image.data[4 * at + 2] = Number.isNaN(value) ? 40 : shade;
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
