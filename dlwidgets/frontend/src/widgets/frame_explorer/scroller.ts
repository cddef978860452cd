/** What is seen of two lines, kept in step with scroll bars that may stand for more than a page. */

import type { Disposer } from "../../lib/dispose.ts";
import { h } from "../../lib/dom.ts";
import { type Line, scale, seen, toward } from "./axis.ts";

/** The lines of rows and columns, and how much of the view their heads take. */
export interface Scrolled {
  rows(): Line;
  columns(): Line;
  head(): { readonly height: number; readonly width: number };
  /** Something else is seen. */
  moved(): void;
  /** The size of the view is another. */
  resized(): void;
}

/** Pixels that a wheel's line stands for. */
const NOTCH = 24;

export class Scroller {
  /** Stays where it is while the bars move; everything is drawn in it. */
  readonly pane: HTMLElement = h("div", { class: "dlw-fe-pane" });
  readonly el: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #asked: Scrolled;
  /** The corner of what is seen, in the lines. */
  top = 0;
  left = 0;
  #high = 0;
  #wide = 0;

  constructor(bin: Disposer, asked: Scrolled) {
    this.#asked = asked;
    this.#spacer = h("div", { class: "dlw-fe-spacer" }, this.pane);
    this.el = h("div", { class: "dlw-fe-scroll", tabindex: "-1" }, this.#spacer);
    bin.resized(this.el, (wide, high) => {
      [this.#wide, this.#high] = [wide, high];
      asked.resized();
    });
    bin.listen(this.el, "scroll", () => this.#followBars());
    bin.listen<WheelEvent>(this.el, "wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Whether there is anything to draw in. */
  get ready(): boolean {
    return this.#wide > 0 && this.#high > 0;
  }

  get wide(): number {
    return this.#wide;
  }

  get bodyHeight(): number {
    return Math.max(0, this.#high - this.#asked.head().height);
  }

  get bodyWidth(): number {
    return Math.max(0, this.#wide - this.#asked.head().width);
  }

  /** The rows and columns that are seen, each as [first, after the last]. */
  range(): readonly [readonly [number, number], readonly [number, number]] {
    const { columns, rows } = this.#asked;
    return [seen(rows(), this.top, this.bodyHeight), seen(columns(), this.left, this.bodyWidth)];
  }

  /** Moves as little as shows a cell; −1 is a ruler, which is always seen. */
  reveal(row: number, column: number): void {
    const { columns, rows } = this.#asked;
    if (row >= 0) this.top = toward(rows(), row, this.top, this.bodyHeight);
    if (column >= 0) this.left = toward(columns(), column, this.left, this.bodyWidth);
  }

  /** The cell under a point of the screen, or the nearest. */
  under(x: number, y: number): readonly [number, number] {
    const box = this.pane.getBoundingClientRect();
    const { height, width } = this.#asked.head();
    const inside = (at: number, most: number): number => Math.min(Math.max(at, 0), most - 1);
    const down = inside(y - box.top - height, this.bodyHeight) + this.top;
    const right = inside(x - box.left - width, this.bodyWidth) + this.left;
    return [this.#asked.rows().at(down), this.#asked.columns().at(right)];
  }

  /** Moves on where a point lies beyond the edge. */
  nudge(x: number, y: number): void {
    const box = this.pane.getBoundingClientRect();
    const { height, width } = this.#asked.head();
    if (y > box.bottom) this.top += 2 * NOTCH;
    else if (y < box.top + height) this.top -= 2 * NOTCH;
    if (x > box.right) this.left += 2 * NOTCH;
    else if (x < box.left + width) this.left -= 2 * NOTCH;
  }

  /** Fits the scrolled element to the lines, what is seen into them, and the bars to that. */
  settle(): void {
    const [vertical, horizontal] = this.#scales();
    const [high, wide] = this.#lengths();
    this.top = Math.max(0, Math.min(this.top, high - this.#high));
    this.left = Math.max(0, Math.min(this.left, wide - this.#wide));
    put(this.#spacer, "height", vertical.length);
    put(this.#spacer, "width", horizontal.length);
    put(this.pane, "height", this.#high);
    put(this.pane, "width", this.#wide);
    const [top, left] = [this.top / vertical.factor, this.left / horizontal.factor];
    if (Math.abs(this.el.scrollTop - top) >= 1) this.el.scrollTop = top;
    if (Math.abs(this.el.scrollLeft - left) >= 1) this.el.scrollLeft = left;
  }

  #lengths(): readonly [number, number] {
    const { height, width } = this.#asked.head();
    return [this.#asked.rows().total + height, this.#asked.columns().total + width];
  }

  #scales(): [ReturnType<typeof scale>, ReturnType<typeof scale>] {
    const [high, wide] = this.#lengths();
    return [scale(high, this.#high), scale(wide, this.#wide)];
  }

  /** Follows the bars, unless they stand where they were put. */
  #followBars(): void {
    const [vertical, horizontal] = this.#scales();
    const top = this.el.scrollTop * vertical.factor;
    const left = this.el.scrollLeft * horizontal.factor;
    const [down, right] = [Math.abs(top - this.top), Math.abs(left - this.left)];
    if (down < vertical.factor && right < horizontal.factor) return;
    if (down >= vertical.factor) this.top = top;
    if (right >= horizontal.factor) this.left = left;
    this.#asked.moved();
  }

  /** A wheel moves by what it says also where a pixel of the bar stands for many rows. */
  #wheel(event: WheelEvent): void {
    const [{ factor }] = this.#scales();
    if (factor === 1 || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? NOTCH : event.deltaMode === 2 ? this.bodyHeight : 1;
    this.top += event.deltaY * unit;
    this.left += event.deltaX * unit;
    this.#asked.moved();
  }
}

function put(el: HTMLElement, name: "height" | "width", pixels: number): void {
  const value = `${pixels}px`;
  if (el.style[name] !== value) el.style[name] = value;
}
