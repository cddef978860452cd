/** The series and its forecasts over the days: to be zoomed, moved, read and split. */

import type uPlot from "uplot";
import { axis, FAMILY, range, steps } from "../../lib/axes.ts";
import { mark } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { frame, type Paint } from "../../lib/frame.ts";
import { type Look, look } from "../../lib/palette.ts";
import { type Context, type Name, NAMES, type Part, type Session } from "./session.ts";
import { divider, gestures } from "./touch.ts";
import { type Point, thinned } from "./zoom.ts";

/** How each forecast looks, in the order of `NAMES`. */
const LOOKS: readonly Look[] = [0, 1, 2, 3].map(look);
/** The truth is drawn in the colour of texts. */
export const TRUTH: Look = { color: "--dlw-ink", dash: [], marker: "circle" };

export const lookOf = (name: Name): Look => LOOKS[NAMES.indexOf(name)]!;

/** Runs of fewer days are drawn as one line. */
const APART = 3;

/** Pixels of the axis of prices. */
const BESIDE = 58;

/** Pixels of half a day on the axis, less the padding beside it. */
const HALF = 24;

export function chart(context: Context): Part {
  const { bin, model, session, text } = context;
  const errors = (): boolean => model.get("residuals");
  let drawn: uPlot | null = null;
  // At the end of the axis a day would be cut off.
  const room = (row: number): boolean => {
    const [from, to] = session.span;
    const left = (to - row) / (to - from) * (stand.clientWidth - BESIDE);
    return Number.isInteger(row) && (!session.dated || left > HALF);
  };
  const handle = divider(context, () => drawn);
  const part = frame(bin, {
    title: "",
    label: text.pricesLabel,
    colors: [...LOOKS.map((one) => one.color), "--dlw-edge", "--dlw-raised", "--dlw-warn"],
    key: () => `${session.span} ${ends(session, errors())}`,
    data: () => [[...session.span], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [...session.span] as [number, number] },
        y: { range: () => ends(session, errors()) },
      },
      axes: [
        {
          ...axis(paint, 26, (row) => room(row) ? session.day(row, true) : ""),
          incrs: [...steps()],
          space: 110,
        },
        axis(paint, BESIDE, (value) => quantity(value, 5)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      drawn = plot;
      draw(context, plot, ctx, paint);
      handle.update();
    },
  });
  const stand = part.el.querySelector<HTMLElement>(".dlw-chart-canvas")!;
  part.el.querySelector("h3")!.remove();
  mark(stand, "tabindex", "0");
  mark(stand, "role", "application");
  stand.append(handle.el);
  gestures(context, stand, () => drawn);
  return {
    el: part.el,
    update() {
      mark(stand, "aria-label", errors() ? text.errorsLabel : text.pricesLabel);
      mark(stand, "data-seen", session.seen.join(" "));
      part.update();
    },
  };
}

/** The least and the greatest number that is to be seen; wild forecasts leave the chart. */
function ends(session: Session, errors: boolean): [number, number] {
  const rows = [Math.max(0, Math.floor(session.span[0])), Math.ceil(session.span[1])] as const;
  let [low, high] = [Infinity, -Infinity];
  const see = (value: number): void => {
    if (value < low) low = value;
    if (value > high) high = value;
  };
  const { truth } = session;
  const all = NAMES.filter((name) => session.model.get("shown").includes(name));
  if (!errors) { for (let i = rows[0]; i <= rows[1]; i++) see(truth[i] ?? NaN); }
  const [floor, top] = errors ? [-Infinity, Infinity] : [2 * low - high, 2 * high - low];
  for (const name of all) {
    const values = session.forecast(name);
    for (let i = rows[0]; i <= rows[1]; i++) {
      const value = (values[i] ?? NaN) - (errors ? truth[i]! : 0);
      if (value >= floor && value <= top) see(value);
    }
  }
  if (errors) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  // A constant series has a line in the middle.
  if (low === high) [low, high] = [low - Math.abs(low || 1), high + Math.abs(high || 1)];
  return range(low, high, false);
}

function draw(
  { model, session, text }: Context,
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
): void {
  const { clientHeight: height, clientWidth: width } = plot.over;
  const x = (row: number): number => plot.valToPos(row, "x");
  const { truth } = session;
  const errors = model.get("residuals");
  ctx.lineJoin = "round";
  const split = x(session.split - 0.5);
  ctx.globalAlpha = 0.6;
  ctx.fillStyle = paint["--dlw-raised"]!;
  ctx.fillRect(Math.max(0, split), 0, width, height);
  ctx.globalAlpha = 1;
  if (errors) line(plot, ctx, paint, TRUTH, [[0, 0], [session.last, 0]], 1);
  else {
    line(plot, ctx, paint, TRUTH, thinned({ values: truth, start: 0 }, session.span, width), 1.5);
  }
  const horizon = model.get("horizon");
  const begin = model.get("_row");
  // The model's own line lies above the naive one, which is mostly near it.
  for (const name of [...NAMES].reverse()) {
    if (!model.get("shown").includes(name)) continue;
    const values = session.forecast(name);
    const of = errors ? values.map((value, i) => value - truth[i]!) : values;
    const runs = name === "free_running" || name === "naive_free";
    const points = thinned({ values: of, start: 0 }, session.span, width);
    const apart = runs && horizon >= APART && points.length < 2 * width;
    line(plot, ctx, paint, lookOf(name), apart ? parted(points, begin, horizon) : points, 1.5);
  }
  rule(ctx, split, height, paint["--dlw-accent"]!);
  ctx.setLineDash([2, 3]);
  rule(ctx, x(session.reading), height, paint["--dlw-edge"]!);
  ctx.setLineDash([]);
  if (model.get("_synthetic")) stamp(ctx, text.synthetic, height, paint["--dlw-warn"]!);
  caption(ctx, text.splitAt(session.day(session.split)), split, width, paint);
}

/** A gap between one run and the next. */
function parted(points: readonly Point[], begin: number, horizon: number): Point[] {
  return points.flatMap(([row, value], i) =>
    i > 0 && (row - begin) % horizon === 0 ? [[row, NaN], [row, value]] as Point[] : [[row, value]]
  );
}

function line(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  { color, dash }: Look,
  points: readonly Point[],
  width: number,
): void {
  // Canvases can't take the largest numbers.
  const far = 4 * plot.over.clientHeight;
  ctx.strokeStyle = paint[color]!;
  ctx.lineWidth = width;
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  let on = false;
  for (const [row, value] of points) {
    if (!Number.isFinite(value)) {
      on = false;
      continue;
    }
    const left = plot.valToPos(row, "x");
    const top = Math.max(-far, Math.min(far, plot.valToPos(value, "y")));
    if (on) ctx.lineTo(left, top);
    else ctx.moveTo(left, top);
    on = true;
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function rule(ctx: CanvasRenderingContext2D, x: number, height: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, height);
  ctx.stroke();
}

/** Nobody who takes the picture away shall take made-up prices for real ones. */
function stamp(ctx: CanvasRenderingContext2D, words: string, height: number, color: string): void {
  ctx.font = `600 13px ${FAMILY}`;
  ctx.fillStyle = color;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(words, 8, height - 8);
}

/** What the line of the split says, beside it where there is room. */
function caption(
  ctx: CanvasRenderingContext2D,
  words: string,
  x: number,
  width: number,
  paint: Paint,
): void {
  if (x < 0 || x > width) return;
  ctx.font = `600 11.5px ${FAMILY}`;
  const wide = ctx.measureText(words).width + 12;
  const left = x + wide > width ? x - wide : x + 4;
  ctx.fillStyle = paint["--dlw-surface"]!;
  ctx.globalAlpha = 0.85;
  ctx.fillRect(left, 3, wide - 4, 17);
  ctx.globalAlpha = 1;
  ctx.fillStyle = paint["--dlw-accent"]!;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(words, left + 4, 12);
}
