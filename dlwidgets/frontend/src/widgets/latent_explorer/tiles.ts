/** Pictures as pixels on a canvas: one, or many in rows; and choosing one of them. */

import type { Disposer } from "../../lib/dispose.ts";
import { h, mark } from "../../lib/dom.ts";
import type { Part } from "../../lib/part.ts";
import type { Pixels } from "./session.ts";

/** Columns and rows of pixels between two pictures. */
const GAP = 1;

/** Paints pictures in rows of `columns`; CSS makes the canvas as large as it is to be. */
export function paint(canvas: HTMLCanvasElement, pixels: Pixels, columns: number): void {
  const [count, height, width, channels] = pixels.shape;
  const rows = Math.ceil(count / columns);
  const [wide, high] = [columns * (width + GAP) - GAP, rows * (height + GAP) - GAP];
  const ctx = canvas.getContext("2d");
  if (!ctx || count === 0 || wide <= 0 || high <= 0) return;
  // Setting the size, even to what it is, makes the browser forget the canvas.
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const image = ctx.createImageData(wide, high);
  const { data } = image;
  let at = 0;
  for (let n = 0; n < count; n++) {
    const first = Math.floor(n / columns) * (height + GAP) * wide + (n % columns) * (width + GAP);
    for (let y = 0; y < height; y++) {
      let to = 4 * (first + y * wide);
      for (let x = 0; x < width; x++, at += channels, to += 4) {
        data[to] = pixels.data[at]!;
        data[to + 1] = pixels.data[channels === 3 ? at + 1 : at]!;
        data[to + 2] = pixels.data[channels === 3 ? at + 2 : at]!;
        data[to + 3] = 255;
      }
    }
  }
  ctx.putImageData(image, 0, 0);
}

/** One picture of several. */
export function one({ data, shape }: Pixels, index: number): Pixels {
  const [, height, width, channels] = shape;
  const size = height * width * channels;
  return {
    data: data.subarray(index * size, (index + 1) * size),
    shape: [1, height, width, channels],
  };
}

export interface Sheet {
  readonly label: string;
  pixels(): Pixels;
  /** How many pictures stand in a row. */
  columns(): number;
  /** What a picture is called, for those who don't see it. */
  name(index: number): string;
  choose?(index: number): void;
  tell?(text: string): void;
}

/** A sheet of pictures; arrows, or the pointer, choose one of them. */
export function sheet(bin: Disposer, about: Sheet): Part {
  const canvas = h("canvas", { class: "dlw-le-pixels" });
  const here = h("i", { class: "dlw-le-here", hidden: true });
  const el = h("div", { class: "dlw-le-sheet", "aria-label": about.label }, canvas, here);
  mark(el, "role", about.choose ? "application" : "img");
  let shown: Uint8Array | null = null;
  let at = -1;
  const stand = (): void => {
    const [columns, count] = [about.columns(), about.pixels().shape[0]];
    const rows = Math.ceil(count / columns);
    here.hidden = at < 0 || at >= count;
    here.style.cssText = `left: ${(100 * (at % columns)) / columns}%; top: ${
      (100 * Math.floor(at / columns)) / rows
    }%; width: ${100 / columns}%; height: ${100 / rows}%`;
  };
  const choose = (index: number): void => {
    const count = about.pixels().shape[0];
    if (!about.choose || index < 0 || index >= count) return;
    at = index;
    stand();
    about.choose(index);
    about.tell?.(about.name(index));
  };
  if (about.choose) {
    mark(el, "tabindex", "0");
    bin.listen<PointerEvent>(el, "pointerdown", (event) => {
      const box = canvas.getBoundingClientRect();
      const [columns, count] = [about.columns(), about.pixels().shape[0]];
      const rows = Math.ceil(count / columns);
      const column = Math.floor(columns * (event.clientX - box.left) / box.width);
      const row = Math.floor(rows * (event.clientY - box.top) / box.height);
      if (column >= 0 && column < columns) choose(row * columns + column);
    });
    bin.listen<KeyboardEvent>(el, "keydown", (event) => {
      const columns = about.columns();
      const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      choose(at < 0 ? 0 : at + by);
    });
  }
  return {
    el,
    update() {
      const pixels = about.pixels();
      if (pixels.data === shown) return;
      shown = pixels.data;
      el.style.setProperty("--columns", String(about.columns()));
      paint(canvas, pixels, about.columns());
      stand();
    },
  };
}
