/** Painting the stage, layer by layer from the ground up. */

import { FAMILY } from "../../lib/axes.ts";
import { contour } from "../../lib/contours.ts";
import { palette, rgb, shade } from "../../lib/diverging.ts";
import { h } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Marker, outline } from "../../lib/palette.ts";
import { type Context, REACH, type Session } from "./session.ts";
import { longest } from "./stage.ts";

type Paint = Readonly<Record<string, string>>;

/** From places on the stage to pixels. */
export interface Sight {
  readonly size: number;
  x(place: number): number;
  y(place: number): number;
}

const [REAL, MADE, NET] = ["--dlw-series-3", "--dlw-series-4", "--dlw-series-6"] as const;
export const COLORS = [
  ...[REAL, MADE, NET, "--dlw-series-1", "--dlw-series-2", "--dlw-bad", "--dlw-accent"],
] as const;

/** The share of their colours that the ends of D's map have: points must stand out from it. */
const TINT = 0.5;

/** Pixels of the longest arrow, and of how many generated points one has an arrow. */
const ARROW = 30;
const EVERY = 3;

export function draw(
  ctx: CanvasRenderingContext2D,
  context: Context,
  sight: Sight,
  paint: Paint,
): void {
  const { model, session } = context;
  const { layers, read } = session;
  const phase = model.get("_phase").name;
  ctx.clearRect(0, 0, sight.size, sight.size);
  if (session.drawing) return byHand(ctx, context, sight, paint);
  if (layers.has("map")) map(ctx, session, sight, paint);
  if (layers.has("mesh")) mesh(ctx, session, sight, paint);
  // In slow motion the batch that is seen stands out from all others.
  const faint = phase === "" || phase === "update_d" ? 1 : 0.25;
  if (layers.has("real")) {
    points(ctx, read.real, sight, paint, { of: REAL, r: 2, alpha: 0.6 * faint });
  }
  if (layers.has("made")) points(ctx, read.samples, sight, paint, { of: MADE, r: 3, alpha: faint });
  if (faint < 1) {
    points(ctx, read.seen, sight, paint, { of: phase === "real" ? REAL : MADE, r: 4, alpha: 1 });
  }
  if (read.pushed.length) arrows(ctx, context, read.seen, read.pushed, 1, sight, paint);
  else if (layers.has("arrows") && faint === 1) {
    arrows(ctx, context, read.samples, read.gradients, EVERY, sight, paint);
  }
  ends(ctx, context, sight, paint);
}

/** While drawing: what is drawn, and where the keyboard would put more. */
function byHand(
  ctx: CanvasRenderingContext2D,
  { model, session }: Context,
  sight: Sight,
  paint: Paint,
): void {
  const look = { of: REAL, r: 2.4, alpha: 0.8 };
  if (!session.fresh && model.get("_target").drawn) {
    points(ctx, session.read.real, sight, paint, look);
  }
  points(ctx, session.sent, sight, paint, look);
  points(ctx, session.stroke, sight, paint, look);
  const [x, y] = [sight.x(session.cursor[0]), sight.y(session.cursor[1])];
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [a, b] of [[9, 0], [0, 9]] as const) {
    ctx.moveTo(x - a, y - b);
    ctx.lineTo(x + a, y + b);
  }
  ctx.stroke();
}

/** D(x): one colour where points are taken for real, another where not; a line between. */
function map(ctx: CanvasRenderingContext2D, session: Session, sight: Sight, paint: Paint): void {
  const { heat } = session.read;
  const side = Math.round(Math.sqrt(heat.length));
  if (side < 2) return;
  const look = {
    negative: rgb(paint["--dlw-series-2"]!),
    zero: rgb(paint["--dlw-surface"]!),
    positive: rgb(paint["--dlw-series-1"]!),
    broken: rgb(paint["--dlw-bad"]!),
  } satisfies ReturnType<typeof palette>;
  const small = h("canvas", { width: side, height: side });
  const pixels = new ImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    // The first row of values is the lowest, of pixels the highest.
    const value = heat[(side - 1 - Math.floor(i / side)) * side + i % side]!;
    pixels.data.set(shade(TINT * Math.max(-1, Math.min(1, 2 * value - 1)), 1, look), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  small.getContext("2d")!.putImageData(pixels, 0, 0);
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = "high";
  // Values stand at the middle of pixels; the outermost half of these lies beyond the stage.
  ctx.drawImage(small, 0.5, 0.5, side - 1, side - 1, 0, 0, sight.size, sight.size);
  const cuts = contour(heat, side, side, 0.5);
  ctx.strokeStyle = paint["--dlw-ink"]!;
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  const at = (cell: number): number => 2 * REACH * cell / (side - 1) - REACH;
  for (let i = 0; i < cuts.length; i += 4) {
    ctx.moveTo(sight.x(at(cuts[i]!)), sight.y(at(cuts[i + 1]!)));
    ctx.lineTo(sight.x(at(cuts[i + 2]!)), sight.y(at(cuts[i + 3]!)));
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** The noise as G bends it: equally likely cells, so the smaller the denser, and the darker. */
function mesh(ctx: CanvasRenderingContext2D, session: Session, sight: Sight, paint: Paint): void {
  const { mesh: places, meshShape } = session.read;
  const at = (
    i: number,
  ): [number, number] => [sight.x(places[2 * i]!), sight.y(places[2 * i + 1]!)];
  ctx.strokeStyle = ctx.fillStyle = paint[NET]!;
  if (meshShape.length === 2) {
    const pieces = meshShape[0]! - 1;
    ctx.lineWidth = 3.5;
    ctx.lineCap = "round";
    for (let i = 0; i < pieces; i++) {
      const [a, b] = [at(i), at(i + 1)];
      const length = Math.hypot(
        places[2 * i + 2]! - places[2 * i]!,
        places[2 * i + 3]! - places[2 * i + 1]!,
      );
      const dense = 1 / pieces / Math.max(length, 1e-9);
      ctx.globalAlpha = 0.12 + 0.78 * dense / (dense + 0.6);
      ctx.beginPath();
      ctx.moveTo(...a);
      ctx.lineTo(...b);
      ctx.stroke();
    }
  } else if (meshShape.length === 3) {
    const [rows, columns] = meshShape as readonly [number, number, number];
    ctx.lineWidth = 0.6;
    for (let r = 0; r + 1 < rows; r++) {
      for (let c = 0; c + 1 < columns; c++) {
        const i = r * columns + c;
        const corners = [i, i + 1, i + columns + 1, i + columns];
        const dense = 1 / ((rows - 1) * (columns - 1)) / Math.max(area(places, corners), 1e-9);
        ctx.beginPath();
        for (const corner of corners) ctx.lineTo(...at(corner));
        ctx.closePath();
        ctx.globalAlpha = 0.06 + 0.54 * dense / (dense + 3);
        ctx.fill();
        ctx.globalAlpha = 0.28;
        ctx.stroke();
      }
    }
  }
  ctx.globalAlpha = 1;
}

/** The area of a cell: of both triangles, as cells may be folded. */
function area(places: ArrayLike<number>, [a, b, c, d]: readonly number[]): number {
  const triangle = (i: number, j: number, k: number): number => {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    const [u, v] = [places[2 * j]! - x, places[2 * j + 1]! - y];
    const [s, t] = [places[2 * k]! - x, places[2 * k + 1]! - y];
    return Math.abs(u * t - v * s) / 2;
  };
  return triangle(a!, b!, c!) + triangle(a!, c!, d!);
}

interface Look {
  readonly of: typeof REAL | typeof MADE;
  readonly r: number;
  readonly alpha: number;
}

function points(
  ctx: CanvasRenderingContext2D,
  places: ArrayLike<number>,
  sight: Sight,
  paint: Paint,
  { alpha, of, r }: Look,
): void {
  const marker: Marker = of === REAL ? "circle" : "diamond";
  ctx.globalAlpha = alpha;
  ctx.fillStyle = paint[of]!;
  ctx.strokeStyle = paint["--dlw-surface"]!;
  ctx.lineWidth = 0.8;
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [sight.x(places[i]!), sight.y(places[i + 1]!)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    ctx.beginPath();
    for (const corner of outline(marker, x, y, r)) ctx.lineTo(...corner);
    ctx.closePath();
    ctx.fill();
    if (of === MADE) ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Against the gradient: the way on which G's loss falls. */
function arrows(
  ctx: CanvasRenderingContext2D,
  { session }: Context,
  places: ArrayLike<number>,
  gradients: ArrayLike<number>,
  every: number,
  sight: Sight,
  paint: Paint,
): void {
  const most = longest(session);
  if (!(most > 0) || !Number.isFinite(most)) return;
  ctx.strokeStyle = paint["--dlw-ink"]!;
  ctx.lineWidth = 1.1;
  ctx.globalAlpha = 0.8;
  ctx.beginPath();
  for (let i = 0; i < places.length; i += 2 * every) {
    const [x, y] = [sight.x(places[i]!), sight.y(places[i + 1]!)];
    // Pixels count downwards, so that the second sign is turned twice.
    const [u, v] = [-gradients[i]! / most * ARROW, gradients[i + 1]! / most * ARROW];
    const length = Math.hypot(u, v);
    if (!(length > 1.5) || !Number.isFinite(x + y)) continue;
    ctx.moveTo(x, y);
    ctx.lineTo(x + u, y + v);
    const head = Math.min(5, 0.5 * length) / length;
    for (const turn of [0.5, -0.5]) {
      const [cos, sin] = [Math.cos(turn) * head, Math.sin(turn) * head];
      ctx.moveTo(x + u, y + v);
      ctx.lineTo(x + u - cos * u + sin * v, y + v - sin * u - cos * v);
    }
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** The ends of both axes, in the units of the user. */
function ends(
  ctx: CanvasRenderingContext2D,
  { session }: Context,
  { size }: Sight,
  paint: Paint,
): void {
  const [[left, low], [right, high]] = [session.unit(-REACH, -REACH), session.unit(REACH, REACH)];
  ctx.font = `11px ${FAMILY}`;
  ctx.fillStyle = paint["--dlw-ink-soft"]!;
  const put = (value: number, x: number, y: number, align: CanvasTextAlign): void => {
    ctx.textAlign = align;
    ctx.fillText(quantity(value, 3), x, y);
  };
  put(left, 5, size - 6, "left");
  put(right, size - 5, size - 6, "right");
  put(high, 5, 14, "left");
  put(low, 5, size - 22, "left");
}
