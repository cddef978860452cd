/** Feature maps: all as small pictures, one enlarged, with its values under the pointer or keys. */

import { paint, type Palette, palette } from "../../lib/diverging.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { onTheme } from "../../lib/theme.ts";
import type { Context, Part, Picture } from "./session.ts";

/** The index of a map along each of the leading axes: `3`, or `3, 0` for kernels. */
export function indexOf(flat: number, lead: readonly number[]): number[] {
  const found: number[] = [];
  for (const size of [...lead].reverse()) {
    found.unshift(flat % size);
    flat = Math.floor(flat / size);
  }
  return found;
}

/** Rows and columns as they arrived. */
function shape({ size, step }: Picture): [number, number] {
  return [Math.ceil(size[0]! / step[0]!), Math.ceil(size[1]! / step[1]!)];
}

function one(picture: Picture, index: number): Float32Array {
  const [rows, columns] = shape(picture);
  return picture.values.subarray(index * rows * columns, (index + 1) * rows * columns);
}

/** The tiles, the enlarged one, its readout and the scale of the colours. */
export function maps(context: Context): Part {
  const { announcer, bin, session, text } = context;
  const big = h("canvas", { class: "dlw-me-pixels" });
  const box = h("span", { class: "dlw-me-cursor", hidden: true });
  const frame = h("div", { class: "dlw-me-frame" }, big, box);
  const stand = h("div", { class: "dlw-me-big", tabindex: 0, role: "group" }, frame);
  const tiles = h("div", { class: "dlw-me-tiles", role: "listbox", "aria-label": text.maps });
  const readout = h("div", { class: "dlw-me-readout" });
  const legend = scale(context);
  const thin = h("div", { class: "dlw-me-thin" });
  const left = h("div", { class: "dlw-me-left" }, stand, readout, legend.el, thin);
  const el = h("div", { class: "dlw-me-maps" }, left, tiles);

  let drawn: Picture | null = null;
  let painted: Picture | null = null;
  let look: Palette | null = null;
  let chosen = 0;
  let cursor: [number, number] | null = null;

  const read = (aloud: boolean): void => {
    if (!drawn) return;
    const [rows, columns] = shape(drawn);
    box.hidden = !cursor;
    mark(readout, "data-idle", !cursor);
    if (!cursor) {
      say(readout, text.readHint);
      return;
    }
    const [row, column] = cursor;
    box.style.inset = `${100 * row / rows}% auto auto ${100 * column / columns}%`;
    box.style.width = `${100 / columns}%`;
    box.style.height = `${100 / rows}%`;
    const value = quantity(one(drawn, chosen)[row * columns + column], 5);
    const map = indexOf(drawn.first + chosen, drawn.lead);
    const at = [row * drawn.step[0]!, column * drawn.step[1]!] as const;
    say(readout, `[${[...map, ...at].join(", ")}] = ${value}`);
    if (aloud) announcer.tell(text.cell(map.join(", "), String(at[0]), String(at[1]), value));
  };
  const choose = (index: number, aloud: boolean): void => {
    if (!drawn || !look) return;
    const [rows, columns] = shape(drawn);
    chosen = Math.max(0, Math.min(tiles.childElementCount - 1, index));
    paint(big, one(drawn, chosen), [rows, columns], drawn.scale, look);
    frame.style.aspectRatio = `${columns} / ${rows}`;
    frame.style.width = columns >= rows ? "100%" : `${100 * columns / rows}%`;
    const at = indexOf(drawn.first + chosen, drawn.lead).join(", ");
    mark(stand, "aria-label", text.big(at));
    [...tiles.children].forEach((tile, i) => {
      mark(tile, "aria-selected", String(i === chosen));
      mark(tile, "tabindex", i === chosen ? "0" : "-1");
    });
    if (aloud) announcer.tell(text.map(at));
    read(false);
  };

  bin.listen<PointerEvent>(frame, "pointermove", (event) => {
    if (!drawn) return;
    const [rows, columns] = shape(drawn);
    const { height, left: x, top: y, width } = big.getBoundingClientRect();
    const at = (part: number, size: number): number =>
      Math.max(0, Math.min(size - 1, Math.floor(part * size)));
    cursor = [at((event.clientY - y) / height, rows), at((event.clientX - x) / width, columns)];
    read(false);
  });
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const move = MOVES[event.key];
    if (!drawn || !move) return;
    const [rows, columns] = shape(drawn);
    const [row, column] = cursor ?? [-move[0], -move[1]];
    cursor = [clamp(row + move[0], rows), clamp(column + move[1], columns)];
    event.preventDefault();
    read(true);
  });
  bin.listen<KeyboardEvent>(tiles, "keydown", (event) => {
    const across = Math.max(1, columnsOf(tiles));
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: across,
      ArrowUp: -across,
      Home: -chosen,
      End: tiles.childElementCount - 1 - chosen,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(chosen + step, true);
    (tiles.children[chosen] as HTMLElement | undefined)?.focus();
  });
  bin.listen<MouseEvent>(tiles, "click", (event) => {
    const index = [...tiles.children].findIndex((tile) => tile.contains(event.target as Node));
    if (index >= 0) choose(index, true);
  });

  const redraw = (): void => {
    // Colours can only be read on the page, and Jupyter may put this there later.
    if (!drawn || !el.isConnected) return;
    painted = drawn;
    look = palette(el);
    const [rows, columns] = shape(drawn);
    const many = drawn.values.length / (rows * columns);
    tiles.replaceChildren(...Array.from({ length: many }, (_, i) => tile(drawn!, i, look!, text)));
    mark(tiles, "data-single", many === 1);
    legend.draw(drawn, look);
    const [down, across] = drawn.step;
    const partly = down! > 1 || across! > 1;
    say(thin, partly ? text.thinned(drawn.size[0]!, drawn.size[1]!, down!, across!) : "");
    choose(chosen, false);
  };
  onTheme(bin, redraw);
  bin.resized(el, () => {
    if (painted !== drawn) redraw();
  });
  return {
    el,
    update() {
      if (session.picture === drawn) return;
      const same = drawn && String(drawn.size) === String(session.picture.size);
      drawn = session.picture;
      chosen = 0;
      if (!same) cursor = null;
      redraw();
    },
  };
}

const MOVES: Record<string, readonly [number, number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}

/** How many tiles stand beside each other. */
function columnsOf(tiles: HTMLElement): number {
  const first = (tiles.firstElementChild as HTMLElement | null)?.offsetTop;
  return [...tiles.children].filter((tile) => (tile as HTMLElement).offsetTop === first).length;
}

function tile(picture: Picture, index: number, look: Palette, text: Context["text"]): HTMLElement {
  const canvas = h("canvas");
  paint(canvas, one(picture, index), shape(picture), picture.scale, look);
  const at = indexOf(picture.first + index, picture.lead).join(", ");
  const name = { role: "option", "aria-label": text.map(at || "0") };
  return h("div", { class: "dlw-me-tile", ...name }, canvas, h("span", {}, at));
}

/** What the colours mean: a ramp with its ends and zero. */
function scale(
  { text }: Context,
): { el: HTMLElement; draw(picture: Picture, look: Palette): void } {
  const ramp = h("canvas", { class: "dlw-me-ramp" });
  const ends = [h("span"), h("span"), h("span")] as const;
  const broken = h("span", { class: "dlw-me-broken" }, text.broken);
  const el = h("div", { class: "dlw-me-scale", role: "img" }, ramp, ...ends, broken);
  return {
    el,
    draw({ scale: end, stats }, look) {
      paint(ramp, Array.from({ length: 101 }, (_, i) => i - 50), [1, 101], 50, look);
      const far = quantity(end, 3);
      say(ends[0], end > 0 ? `−${far}` : "");
      say(ends[1], "0");
      say(ends[2], end > 0 ? far : "");
      mark(el, "aria-label", text.scale(far));
      broken.hidden = stats[6]! + stats[7]! === 0;
      mark(broken, "title", count(stats[6]! + stats[7]!));
    },
  };
}
