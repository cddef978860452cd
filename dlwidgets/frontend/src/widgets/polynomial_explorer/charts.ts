/** The points with the chosen polynomial, and the errors of every degree. */

import uPlot from "uplot";
import { axis, FAMILY, range } from "../../lib/axes.ts";
import { quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { outline } from "../../lib/palette.ts";
import { type Context, type Part, type Regime, type Session, TONES } from "./session.ts";

/** How many times the error of a constant the axis of errors reaches at most. */
const TALL = 10;
/** Errors below this share of the least test error are drawn at the bottom edge. */
const SMALL = 1e-3;

export function fit(context: Context): Part {
  const { model, session, text } = context;
  const reach = (): [number, number] => [session.along[0]!, session.along.at(-1)!];
  // The points decide, so that curves of all degrees stand on one axis.
  const tall = (): [number, number] => {
    const ys = [...session.points, ...session.test].filter((_, i) => i % 2 === 1);
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    return [low - 0.12 * (high - low || 1), high + 0.12 * (high - low || 1)];
  };
  const chart: Chart = {
    title: text.fit,
    label: text.fitLabel,
    note: model.get("_own") ? text.fitNote : text.fitTruth,
    colors: Object.values(TONES),
    key: () => [...reach(), ...tall()].join(),
    data: () => [reach(), [null, null]],
    options: (paint) => ({
      scales: { x: { time: false, range: reach }, y: { range: tall } },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4)),
        axis(paint, 52, (value) => quantity(value, 4)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      ctx.lineJoin = "round";
      ctx.strokeStyle = paint["--dlw-ink-soft"]!;
      dots(plot, ctx, session.test, 2.4, false, 0.45);
      if (session.truth.length) {
        ctx.lineWidth = 1.5;
        ctx.setLineDash([5, 4]);
        line(plot, ctx, session.along, session.truth);
        ctx.setLineDash([]);
      }
      ctx.strokeStyle = paint[TONES[session.regime]]!;
      ctx.lineWidth = 2.6;
      line(plot, ctx, session.along, session.curve(session.degree));
      ctx.fillStyle = paint["--dlw-ink"]!;
      dots(plot, ctx, session.points, 3.6, true, 1);
    },
  };
  return frame(context.bin, chart);
}

function line(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  xs: Float64Array,
  ys: Float64Array,
): void {
  ctx.beginPath();
  xs.forEach((x, i) => {
    // Beyond the canvas by far, where a line is still drawn towards it.
    const y = Math.max(-1e5, Math.min(1e5, plot.valToPos(ys[i]!, "y")));
    ctx.lineTo(plot.valToPos(x, "x"), y);
  });
  ctx.stroke();
}

function dots(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  points: Float64Array,
  r: number,
  full: boolean,
  alpha: number,
): void {
  ctx.globalAlpha = alpha;
  ctx.lineWidth = 1.2;
  for (let i = 0; i < points.length; i += 2) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(points[i]!, "x"), plot.valToPos(points[i + 1]!, "y"), r, 0, 7);
    if (full) ctx.fill();
    else ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

export function errors(context: Context): Part {
  const { model, session, text } = context;
  const reach = (): [number, number] => errorRange(...session.errors);
  const chart: Chart = {
    title: text.errors,
    label: text.errorsLabel,
    note: text.errorsNote,
    colors: [...Object.values(TONES), "--dlw-series-4", "--dlw-series-6"],
    key: () => String(session.version),
    data: () =>
      [
        Array.from({ length: session.degrees }, (_, i) => i),
        ...session.errors.map((all) => Array.from(all, (y) => Math.max(y, reach()[0]))),
      ] as uPlot.AlignedData,
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [-0.5, session.degrees - 0.5] },
        y: { distr: 3, range: reach },
      },
      axes: [
        axis(paint, 26, String, [1, 2, 3]),
        axis(paint, 58, (value) => quantity(value, 4)),
      ],
      series: [
        {},
        { stroke: paint["--dlw-series-4"]!, width: 2, points: { show: true, size: 5 } },
        {
          stroke: paint["--dlw-series-6"]!,
          width: 2,
          dash: [7, 3],
          points: { show: true, size: 5 },
        },
      ],
      hooks: {
        drawClear: [(plot) => zones(plot, context, paint)],
        draw: [(plot) => named(plot, context, paint)],
      },
    }),
    moving(plot, ctx, paint) {
      const x = plot.valToPos(session.degree, "x");
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, plot.over.clientHeight);
      ctx.stroke();
      mark(plot, ctx, paint, session, model.get("_best"));
    },
    drag: (x) => session.choose(x),
  };
  return frame(context.bin, chart);
}

/** The chosen errors as dots, and a diamond at the least test error. */
function mark(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  session: Session,
  best: number,
): void {
  const [low] = errorRange(...session.errors);
  const at = (i: number): [number, number] => [
    plot.valToPos(session.degree, "x"),
    plot.valToPos(Math.max(low, session.errors[i]![session.degree]!), "y"),
  ];
  ["--dlw-series-4", "--dlw-series-6"].forEach((name, i) => {
    ctx.fillStyle = paint[name]!;
    ctx.beginPath();
    ctx.arc(...at(i), 5, 0, 7);
    ctx.fill();
  });
  const [x, y] = [plot.valToPos(best, "x"), plot.valToPos(session.errors[1][best]!, "y")];
  ctx.strokeStyle = paint["--dlw-surface"]!;
  ctx.fillStyle = paint["--dlw-series-6"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [a, b] of outline("diamond", x, y, 5.5)) ctx.lineTo(a, b);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

/** Where the axis of errors begins and ends: neither perfect nor wild fits press others flat. */
export function errorRange(train: Float64Array, test: Float64Array): [number, number] {
  const least = Math.min(...test);
  const found = [...train, ...test].filter((y) => Number.isFinite(y) && y > SMALL * least);
  const low = Math.min(...found);
  const high = Math.min(Math.max(...found), TALL * Math.max(train[0]!, test[0]!));
  return range(low, Math.max(high, low), true);
}

/** Stretches of neighbouring degrees of one regime, with the places where they begin and end. */
export function stretches(
  regimes: readonly Regime[],
): { regime: Regime; from: number; to: number }[] {
  const found: { regime: Regime; from: number; to: number }[] = [];
  regimes.forEach((regime, i) => {
    const last = found.at(-1);
    if (last?.regime === regime) last.to = i + 0.5;
    else found.push({ regime, from: i - 0.5, to: i + 0.5 });
  });
  return found;
}

/** The three regimes as tinted bands. */
function zones(plot: uPlot, { model }: Context, paint: Paint): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.globalAlpha = 0.13;
  for (const { regime, from, to } of stretches(model.get("_regimes"))) {
    const [left, right] = [from, to].map((x) => Math.round(plot.valToPos(x, "x", true)));
    ctx.fillStyle = paint[TONES[regime]]!;
    ctx.fillRect(left!, bbox.top, right! - left!, bbox.height);
  }
  ctx.restore();
}

/** Their names, in two rows where one is too narrow. */
function named(plot: uPlot, { model, text }: Context, paint: Paint): void {
  const { ctx, bbox } = plot;
  const unit = uPlot.pxRatio;
  const ends = [-Infinity, -Infinity];
  ctx.save();
  ctx.font = `600 ${11 * unit}px ${FAMILY}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.lineWidth = 4 * unit;
  ctx.strokeStyle = paint["--dlw-surface"]!;
  for (const { regime, from, to } of stretches(model.get("_regimes"))) {
    const word = text.regimes[regime];
    const width = ctx.measureText(word).width;
    const [left, right] = [from, to].map((x) => plot.valToPos(x, "x", true));
    const most = bbox.left + bbox.width - width - 2 * unit;
    const start = Math.max(bbox.left + 3 * unit, Math.min(most, (left! + right! - width) / 2));
    const row = ends.findIndex((end) => end < start);
    if (row < 0) continue;
    ends[row] = start + width + 4 * unit;
    ctx.fillStyle = paint[TONES[regime]]!;
    const top = bbox.top + (4 + 15 * row) * unit;
    ctx.strokeText(word, start, top);
    ctx.fillText(word, start, top);
  }
  ctx.restore();
}
