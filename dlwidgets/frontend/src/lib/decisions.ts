/** Two inputs: the class that a model gives to each place, and the samples. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import { look, outline } from "./palette.ts";
import type { Part } from "./part.ts";
import { colors, onTheme } from "./theme.ts";

/** The class of places for which a diverged model gives no number. */
const NOWHERE = 255;

export interface Decisions {
  readonly title: string;
  readonly label: string;
  /** What stands where the model gives no number at all. */
  readonly nothing: string;
  /** The ends of the first input, then of the second. */
  reach(): ArrayLike<number>;
  /** The class of each cell of a square, rows from the least second input up. */
  classes(): Uint8Array;
  /** Both inputs of each sample, one after the other. */
  points(): ArrayLike<number>;
  /** The class of each sample. */
  labels(): Uint8Array;
}

export function decisions(bin: Disposer, picture: Decisions): Part {
  const canvas = h("canvas", { role: "img", "aria-label": picture.label });
  const empty = h("p", { hidden: true });
  const stand = h("div", { class: "dlw-plane" }, canvas, empty);
  let size = 0;
  let paint: Record<string, string> = {};

  const draw = (): void => {
    const ctx = canvas.getContext("2d")!;
    const unit = devicePixelRatio;
    canvas.width = canvas.height = Math.round(size * unit);
    if (size < 40) return;
    ctx.scale(size * unit, size * unit);
    const numbers = cells(ctx, picture.classes(), paint);
    ctx.setTransform(unit, 0, 0, unit, 0, 0);
    samples(ctx, picture, size, paint);
    empty.hidden = numbers > 0;
    say(empty, picture.nothing);
    mark(canvas, "data-numbers", String(numbers));
  };
  const colored = (): void => {
    const most = picture.labels().reduce((a, b) => Math.max(a, b), 0);
    const names = Array.from({ length: most + 1 }, (_, i) => look(i).color);
    paint = colors(stand, ["--dlw-surface", ...new Set(names)]);
    draw();
  };
  bin.resized(stand, (width, height) => {
    size = Math.floor(Math.min(width, height));
    colored();
  });
  onTheme(bin, colored);
  return {
    el: h("section", { class: "dlw-chart" }, h("h3", {}, picture.title), stand),
    update: draw,
  };
}

/** Draws the classes on a square of side 1; returns for how many cells there is one. */
function cells(
  ctx: CanvasRenderingContext2D,
  classes: Uint8Array,
  paint: Readonly<Record<string, string>>,
): number {
  const side = Math.round(Math.sqrt(classes.length));
  const cell = 1 / side;
  let numbers = 0;
  ctx.globalAlpha = 0.3;
  classes.forEach((found, i) => {
    if (found === NOWHERE) return;
    numbers++;
    ctx.fillStyle = paint[look(found).color] ?? "transparent";
    const row = side - 1 - Math.floor(i / side);
    ctx.fillRect((i % side) * cell, row * cell, cell * 1.02, cell * 1.02);
  });
  return numbers;
}

function samples(
  ctx: CanvasRenderingContext2D,
  picture: Decisions,
  size: number,
  paint: Readonly<Record<string, string>>,
): void {
  const [left, right, bottom, top] = Array.from(picture.reach());
  const points = picture.points();
  ctx.globalAlpha = 0.9;
  picture.labels().forEach((label, i) => {
    const x = size * (points[2 * i]! - left!) / (right! - left!);
    const y = size * (top! - points[2 * i + 1]!) / (top! - bottom!);
    const { color, marker } = look(label);
    ctx.fillStyle = paint[color]!;
    ctx.strokeStyle = paint["--dlw-surface"]!;
    ctx.beginPath();
    for (const [a, b] of outline(marker, x, y, 3)) ctx.lineTo(a, b);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  });
}
