/** The surface as a map, the paths on it, and the start, which can be dragged. */

import { FAMILY } from "../../lib/axes.ts";
import { rgb } from "../../lib/diverging.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Look, look, outline } from "../../lib/palette.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import { unpack } from "../../lib/wire.ts";
import { contour, heights } from "../../lib/contours.ts";
import type { Context, Part, Racer } from "./session.ts";

/** Lines of equal height. */
const LEVELS = 14;
/** How strongly the lowest place is coloured. */
const DEEP = 0.62;
/** No canvas can draw to places further out than this, in pixels. */
const FAR = 1e5;

const INK = ["--dlw-surface", "--dlw-ink", "--dlw-ink-soft", "--dlw-accent", "--dlw-bad"] as const;

export function map(context: Context): Part {
  const { bin, model, session, text } = context;
  const still = h("canvas", {});
  const moving = h("canvas", {});
  const stand = h(
    "div",
    { class: "dlw-op-map", role: "application", tabindex: 0, "aria-label": text.mapLabel },
    still,
    moving,
  );
  const note = h("small", {}, text.mapHint);
  let [width, height] = [0, 0];
  let paint: Record<string, string> = {};
  let drawn = -1;

  const place = (x: number, y: number): [number, number] => {
    const [left, right, bottom, top] = session.window as unknown as number[];
    const across = width * (x - left!) / (right! - left!);
    const down = height * (top! - y) / (top! - bottom!);
    // Nearer along the same line of sight, so that it leaves the map where it should.
    const near = Math.min(1, FAR / Math.max(Math.abs(across), Math.abs(down)));
    return [across * near, down * near];
  };
  const ground = (): void => {
    drawn = session.ground;
    const surface = model.get("_map");
    const found = heights(unpack(surface));
    const [rows, columns] = surface.shape as [number, number];
    const ctx = sized(still, width, height);
    relief(ctx, found.values, [rows, columns], [width, height], paint);
    lines(ctx, found.values, [rows, columns], [width, height], paint);
    numbers(ctx, session.window, [width, height], paint);
    say(note, found.log ? `${text.mapHint} · ${text.logMap}` : text.mapHint);
  };
  const draw = (): void => {
    if (width < 40 || height < 40 || !session.window.length) return;
    if (drawn !== session.ground) ground();
    const ctx = sized(moving, width, height);
    session.racers.forEach((racer, i) => {
      path(ctx, racer, look(i), i === session.chosen, session.at, place, paint);
    });
    handle(ctx, place(session.start[0]!, session.start[1]!), paint);
    mark(stand, "data-start", [...session.start].map((v) => quantity(v, 6)).join(" "));
    mark(stand, "aria-busy", session.waiting ? "true" : undefined);
  };
  const colored = (): void => {
    paint = colors(stand, [
      ...INK,
      ...session.racers.map((_, i) => look(i).color),
      "--dlw-series-1",
    ]);
    drawn = -1;
    draw();
  };
  bin.resized(stand, (w, h) => {
    [width, height] = [Math.floor(w), Math.floor(h)];
    colored();
  });
  onTheme(bin, colored);
  const drag = (event: PointerEvent): void => {
    const box = stand.getBoundingClientRect();
    const [left, right, bottom, top] = session.window as unknown as number[];
    const part = (v: number): number => Math.max(0, Math.min(1, v));
    const x = left! + (right! - left!) * part((event.clientX - box.left) / box.width);
    const y = top! - (top! - bottom!) * part((event.clientY - box.top) / box.height);
    session.begin(tidy(x, right! - left!), tidy(y, top! - bottom!));
  };
  bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
    if (event.button !== 0) return;
    stand.setPointerCapture(event.pointerId);
    drag(event);
  });
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    if (stand.hasPointerCapture(event.pointerId)) drag(event);
  });
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      event.key
    ];
    if (!way) return;
    event.preventDefault();
    // The arrows of the player are for the rest of the card.
    event.stopPropagation();
    const [left, right, bottom, top] = session.window as unknown as number[];
    const part = event.shiftKey ? 0.002 : 0.02;
    const [x, y] = session.start;
    session.begin(
      tidy(x! + way[0]! * part * (right! - left!), right! - left!),
      tidy(y! + way[1]! * part * (top! - bottom!), top! - bottom!),
    );
  });
  let known = 0;
  return {
    el: h("section", { class: "dlw-chart dlw-op-ground" }, h("h3", {}, text.map, note), stand),
    update() {
      if (session.racers.length > known) colored();
      known = session.racers.length;
      draw();
    },
  };
}

/** A number with as many decimals as a place on an axis of this length needs. */
function tidy(value: number, range: number): number {
  return Number(value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(range)))));
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const unit = devicePixelRatio;
  canvas.width = Math.round(width * unit);
  canvas.height = Math.round(height * unit);
  const ctx = canvas.getContext("2d")!;
  ctx.scale(unit, unit);
  return ctx;
}

type Size = readonly [number, number];

/** Colours from the page's own, at the top, to the first of the series, at the lowest place. */
function relief(
  ctx: CanvasRenderingContext2D,
  values: Float32Array,
  [rows, columns]: Size,
  [width, height]: Size,
  paint: Record<string, string>,
): void {
  const [top, low] = [rgb(paint["--dlw-surface"]!), rgb(paint["--dlw-series-1"]!)];
  const small = h("canvas", { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    // The first row of values is the lowest, of pixels the highest.
    const value = values[(rows - 1 - Math.floor(i / columns)) * columns + i % columns]!;
    const share = Number.isNaN(value) ? 0 : DEEP * (1 - value);
    for (let k = 0; k < 3; k++) pixels.data[4 * i + k] = top[k]! + share * (low[k]! - top[k]!);
    pixels.data[4 * i + 3] = 255;
  }
  small.getContext("2d")!.putImageData(pixels, 0, 0);
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = "high";
  // Values stand at the middle of pixels; the outermost half of these lies beyond the window.
  ctx.drawImage(small, 0.5, 0.5, columns - 1, rows - 1, 0, 0, width, height);
}

function lines(
  ctx: CanvasRenderingContext2D,
  values: Float32Array,
  [rows, columns]: Size,
  [width, height]: Size,
  paint: Record<string, string>,
): void {
  ctx.strokeStyle = paint["--dlw-ink"]!;
  ctx.globalAlpha = 0.22;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let k = 1; k < LEVELS; k++) {
    const found = contour(values, rows, columns, k / LEVELS);
    for (let i = 0; i < found.length; i += 4) {
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map((j) => found[i + j]!) as [
        number,
        number,
        number,
        number,
      ];
      ctx.moveTo(width * x1 / (columns - 1), height * (1 - y1 / (rows - 1)));
      ctx.lineTo(width * x2 / (columns - 1), height * (1 - y2 / (rows - 1)));
    }
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** The ends of the axes, in the corners. */
function numbers(
  ctx: CanvasRenderingContext2D,
  window: Float64Array,
  [width, height]: Size,
  paint: Record<string, string>,
): void {
  const [left, right, bottom, top] = [...window].map((v) => quantity(v, 3));
  ctx.font = `11px ${FAMILY}`;
  ctx.fillStyle = paint["--dlw-ink"]!;
  const put = (text: string, x: number, y: number, align: CanvasTextAlign): void => {
    ctx.textAlign = align;
    ctx.fillText(text, x, y);
  };
  put(`x ${left}`, 5, height - 6, "left");
  put(`x ${right}`, width - 5, height - 6, "right");
  put(`y ${top}`, 5, 14, "left");
  put(`y ${bottom}`, 5, height - 22, "left");
}

/** The whole way faint, the way so far strong, and a marker where the racer is. */
function path(
  ctx: CanvasRenderingContext2D,
  { points, stopped }: Racer,
  { color, dash, marker }: Look,
  chosen: boolean,
  at: number,
  place: (x: number, y: number) => [number, number],
  paint: Record<string, string>,
): void {
  const end = stopped < 0 ? points.length / 2 - 1 : stopped;
  const stroke = (to: number): void => {
    ctx.beginPath();
    for (let i = 0; i <= to; i++) {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      if (Number.isFinite(x) && Number.isFinite(y)) ctx.lineTo(...place(x, y));
    }
    ctx.stroke();
  };
  ctx.strokeStyle = ctx.fillStyle = paint[color]!;
  ctx.lineJoin = "round";
  ctx.globalAlpha = 0.35;
  ctx.lineWidth = 1.2;
  if (at < end) stroke(end);
  ctx.globalAlpha = 1;
  ctx.setLineDash([...dash]);
  ctx.lineWidth = chosen ? 3 : 1.8;
  const here = Math.min(at, end);
  stroke(here);
  ctx.setLineDash([]);
  const [x, y] = [points[2 * here]!, points[2 * here + 1]!];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  ctx.beginPath();
  for (const corner of outline(marker, ...place(x, y), chosen ? 6 : 4.5)) ctx.lineTo(...corner);
  ctx.closePath();
  ctx.fill();
  ctx.strokeStyle = paint["--dlw-surface"]!;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/** The start: a ring that can be taken hold of. */
function handle(
  ctx: CanvasRenderingContext2D,
  [x, y]: [number, number],
  paint: Record<string, string>,
): void {
  for (const [color, wide] of [["--dlw-surface", 5], ["--dlw-ink", 2]] as const) {
    ctx.strokeStyle = paint[color]!;
    ctx.lineWidth = wide;
    ctx.beginPath();
    ctx.arc(x, y, 9, 0, 2 * Math.PI);
    ctx.stroke();
  }
}
