/** Curves over steps: losses of the racers, rates of schedules; and what each net has learned. */

import uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { look, outline } from "../../lib/palette.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part, Session } from "./session.ts";

/** As many curves as there can be racers. */
const MOST = 8;
const COLORS = Array.from({ length: MOST }, (_, i) => look(i).color);

/** The chart ends at this share of the first loss. */
const TINY = 1e-9;

/** The least and greatest loss to be shown, and whether by factors. */
export function lossScale(
  curves: readonly Float64Array[],
): { low: number; high: number; log: boolean } {
  const start = curves.reduce(
    (most, one) => Math.max(most, Number.isFinite(one[0]) ? one[0]! : most),
    -Infinity,
  );
  let [low, high] = [Infinity, -Infinity];
  for (const one of curves) {
    for (const loss of one) {
      if (!Number.isFinite(loss)) continue;
      low = Math.min(low, loss);
      high = Math.max(high, loss);
    }
  }
  const log = low >= 0 && high > 20 * low && start > 0;
  // One who diverges must not press all others flat.
  if (start > 0) high = Math.min(high, 3 * start);
  return { low: log ? Math.max(low, TINY * start) : low, high, log };
}

function lines(n: number, paint: Paint, chosen = -1): uPlot.Series[] {
  return [
    {},
    ...Array.from({ length: n }, (_, i): uPlot.Series => ({
      stroke: paint[look(i).color]!,
      dash: [...look(i).dash],
      width: i === chosen ? 2.6 : 1.6,
      points: { show: false },
    })),
  ];
}

/** A line at the place that is shown, with a marker on each curve. */
function cursor(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  at: number,
  curves: readonly ArrayLike<number>[],
): void {
  const left = plot.valToPos(at, "x");
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(left, 0);
  ctx.lineTo(left, plot.over.clientHeight);
  ctx.stroke();
  curves.forEach((one, i) => {
    const y = one[at];
    if (y === undefined || !Number.isFinite(y)) return;
    ctx.fillStyle = paint[look(i).color]!;
    ctx.beginPath();
    for (const corner of outline(look(i).marker, left, plot.valToPos(y, "y"), 3.5)) {
      ctx.lineTo(...corner);
    }
    ctx.fill();
  });
}

export function losses(context: Context): Part {
  const { session, text } = context;
  const all = (): Float64Array[] => session.racers.map((one) => one.losses);
  // Curves leave the chart below its last power of ten; a loss of zero has no logarithm.
  const clean = (one: Float64Array): (number | null)[] => {
    const { log } = lossScale(all());
    return [...one].map((y) => Number.isFinite(y) && (!log || y > 0) ? y : null);
  };
  const chart: Chart = {
    title: text.losses,
    label: text.lossesLabel,
    colors: COLORS,
    key: () => `${session.version} ${session.chosen}`,
    data: () => [
      Array.from({ length: session.steps + 1 }, (_, i) => i),
      ...all().map(clean),
    ],
    options: (paint) => {
      const { low, high, log } = lossScale(all());
      return {
        scales: {
          x: { time: false, range: () => [0, session.steps] },
          y: { distr: log ? 3 : 1, range: () => range(finite(low), finite(high), log) },
        },
        axes: [axis(paint, 26, count, [...steps()]), tall(paint, log)],
        series: lines(session.racers.length, paint, session.chosen),
      };
    },
    moving: (plot, ctx, paint) => cursor(plot, ctx, paint, session.at, all()),
    drag: (x) => session.player.scrub(Math.round(x)),
  };
  return frame(context.bin, chart);
}

/** The axis of losses; by factors only powers of ten have a line, or there would be no paper left. */
function tall(paint: Paint, log: boolean): uPlot.Axis {
  const plain = axis(paint, 52, (value) => quantity(value, 3));
  if (!log) return plain;
  const tens = (_: uPlot, splits: number[]): (number | null)[] =>
    splits.map((one) => Number.isInteger(Number(Math.log10(one).toFixed(9))) ? one : null);
  return { ...plain, grid: { ...plain.grid, filter: tens } };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The samples, and the curve of each net at the step that is shown. */
export function fit(context: Context): Part {
  const { model, session, text } = context;
  const samples = (): Float32Array => unpack(model.get("_samples"));
  const chart: Chart = {
    title: text.fit,
    label: text.fitLabel,
    colors: COLORS,
    key: () => String(session.ground),
    data: () => [[-1, 1], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [-1, 1] },
        y: { range: () => range(-0.4, 1.3, false) },
      },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4)),
        axis(paint, 46, (value) => quantity(value, 4)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      points(plot, ctx, paint, samples());
      const curves = model.get("_curves");
      const values = unpack(curves);
      const [, places, n] = curves.shape as [number, number, number];
      session.racers.forEach((_, i) => {
        const first = (i * places + Math.min(session.at, places - 1)) * n;
        ctx.strokeStyle = paint[look(i).color]!;
        ctx.setLineDash([...look(i).dash]);
        ctx.lineWidth = i === session.chosen ? 3 : 2;
        ctx.beginPath();
        for (let k = 0; k < n; k++) {
          const y = values[first + k]!;
          const x = -1 + 2 * k / (n - 1);
          if (Number.isFinite(y)) ctx.lineTo(plot.valToPos(x, "x"), plot.valToPos(y, "y"));
        }
        ctx.stroke();
      });
      ctx.setLineDash([]);
    },
  };
  return frame(context.bin, chart);
}

function points(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  samples: Float32Array,
): void {
  ctx.fillStyle = paint["--dlw-ink-soft"]!;
  ctx.globalAlpha = 0.25;
  for (let i = 0; i < samples.length; i += 2) {
    ctx.beginPath();
    const place = [plot.valToPos(samples[i]!, "x"), plot.valToPos(samples[i + 1]!, "y")] as const;
    ctx.arc(...place, 1.6, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** The rate of each schedule. */
export function rates(context: Context): Part {
  const { model, session, text } = context;
  const all = (): Float64Array[] => {
    const values = unpack(model.get("_rates"));
    return model.get("_schedules").map((_, i) =>
      values.subarray(i * session.steps, (i + 1) * session.steps)
    );
  };
  const chart: Chart = {
    title: text.rates,
    label: text.ratesLabel,
    colors: COLORS,
    key: () => String(session.version),
    data: () => [
      Array.from({ length: session.steps }, (_, i) => i),
      ...all().map((one) => [...one].map((y) => Number.isFinite(y) ? y : null)),
    ],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [0, Math.max(1, session.steps - 1)] },
        y: { range: () => range(0, greatest(all()), false) },
      },
      axes: [
        axis(paint, 26, count, [...steps()]),
        axis(paint, 56, (value) => quantity(value, 4)),
      ],
      series: lines(model.get("_schedules").length, paint).map((one, i) =>
        i ? { ...one, paths: uPlot.paths.stepped!({ align: 1 }) } : one
      ),
    }),
    moving: (plot, ctx, paint) => cursor(plot, ctx, paint, rateStep(session), all()),
    drag: (x) => session.player.scrub(Math.round(x)),
  };
  return frame(context.bin, chart);
}

function greatest(curves: readonly Float64Array[]): number {
  const most = curves.flatMap((one) => [...one]).filter(Number.isFinite);
  return most.reduce((a, b) => Math.max(a, b), 0) || 1;
}

/** The step whose rate is read: there is one less of them than of places. */
export function rateStep(session: Session): number {
  return Math.min(session.at, session.steps - 1);
}
