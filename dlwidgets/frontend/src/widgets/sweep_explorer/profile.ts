/** The final loss over the values of one option, with the zones behind it. */

import uPlot from "uplot";
import { axis, FAMILY, range } from "../../lib/axes.ts";
import { quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { TONES } from "./tones.ts";
import { type Context, lossRange, type Part, type Session, type Zone } from "./session.ts";

/** Neighbouring runs of one zone, from half-way to the last to half-way to the next. */
export interface Band {
  readonly zone: Zone;
  readonly from: number;
  readonly to: number;
}

/** The zones along an axis. Half-way is by ratio where the axis is logarithmic. */
export function bands(values: ArrayLike<number>, zones: readonly Zone[], log: boolean): Band[] {
  const middle = (a: number, b: number): number => log ? Math.sqrt(a * b) : (a + b) / 2;
  const found: Band[] = [];
  for (let i = 0; i < zones.length; i++) {
    const from = i ? middle(values[i - 1]!, values[i]!) : -Infinity;
    const to = i + 1 < zones.length ? middle(values[i]!, values[i + 1]!) : Infinity;
    const last = found.at(-1);
    if (last && last.zone === zones[i]) found[found.length - 1] = { ...last, to };
    else found.push({ zone: zones[i]!, from, to });
  }
  return found;
}

/** The place of the value nearest to `x`, as far as the eye goes on this axis. */
export function nearest(values: ArrayLike<number>, x: number, log: boolean): number {
  const far = (value: number): number => Math.abs(log ? Math.log(value / x) : value - x);
  let best = 0;
  for (let i = 1; i < values.length; i++) if (far(values[i]!) < far(values[best]!)) best = i;
  return best;
}

export function profile(context: Context): Part {
  const { model, session, text } = context;
  const [option] = session.axes;
  const { values, labels, name, log: wide } = option!;
  const log = (): boolean => model.get("log_scale");
  const words = labels.some((label) => Number.isNaN(Number(label)));
  const ends = (): (number | null)[] =>
    Array.from(values, (_, run) => {
      const y = session.end(run);
      return Number.isFinite(y) && (!log() || y > 0) ? y : null;
    });
  const chart: Chart = {
    title: text.final,
    label: text.finalLabel(name),
    colors: Object.values(TONES),
    key: () => String(log()),
    data: () => [Array.from(values), ends()],
    options: (paint) => ({
      scales: {
        x: { time: false, distr: wide ? 3 : 1, range: () => reach(values, wide) },
        y: { distr: log() ? 3 : 1, range: () => range(...lossRange(session, log()), log()) },
      },
      axes: [
        {
          ...axis(
            paint,
            26,
            (v) => words ? labels[v] ?? "" : quantity(v, 4),
            words ? [1] : undefined,
          ),
          space: 60,
        },
        axis(paint, 52, (value) => quantity(value, 5)),
      ],
      series: [{}, {
        stroke: paint["--dlw-ink-soft"]!,
        width: 1.5,
        points: { show: false },
      }],
      hooks: {
        drawClear: [(plot) => behind(plot, context, paint)],
        draw: [(plot) => dots(plot, session, paint), (plot) => named(plot, context, paint)],
      },
    }),
    moving(plot, ctx, paint) {
      const x = plot.valToPos(values[session.run]!, "x");
      const y = session.end(session.run);
      ctx.strokeStyle = ctx.fillStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, plot.over.clientHeight);
      ctx.stroke();
      if (!Number.isFinite(y)) return;
      ctx.beginPath();
      ctx.arc(x, plot.valToPos(y, "y"), 5, 0, 2 * Math.PI);
      ctx.fill();
    },
    drag: (x) => session.choose(nearest(values, x, wide)),
  };
  return frame(context.bin, chart);
}

function reach(values: Float64Array, log: boolean): [number, number] {
  const [first, last] = [values[0]!, values.at(-1)!];
  if (log) {
    const more = (last / first) ** 0.03;
    return [first / more, last * more];
  }
  const more = 0.03 * (last - first) || 0.5;
  return [first - more, last + more];
}

/** The zones as tinted bands. */
function behind(plot: uPlot, { model, session }: Context, paint: Paint): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.globalAlpha = 0.12;
  for (const { zone, left, right } of extents(plot, model, session)) {
    ctx.fillStyle = paint[TONES[zone]]!;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/** The names of the zones, in two rows where one is too narrow. */
function named(plot: uPlot, { model, session, text }: Context, paint: Paint): void {
  const { ctx, bbox } = plot;
  const unit = uPlot.pxRatio;
  const ends = [-Infinity, -Infinity];
  ctx.save();
  ctx.font = `600 ${11 * unit}px ${FAMILY}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  for (const { zone, left, right } of extents(plot, model, session)) {
    const word = text.zones[zone];
    const width = ctx.measureText(word).width;
    const most = bbox.left + bbox.width - width - 2 * unit;
    const start = Math.max(bbox.left + 2 * unit, Math.min(most, (left + right - width) / 2));
    const row = ends.findIndex((end) => end < start);
    if (row < 0) continue;
    ends[row] = start + width + 4 * unit;
    ctx.fillStyle = paint[TONES[zone]]!;
    ctx.fillText(word, start, bbox.top + (4 + 15 * row) * unit);
  }
  ctx.restore();
}

/** The bands in pixels of the canvas. */
function extents(
  plot: uPlot,
  model: Context["model"],
  session: Session,
): { zone: Zone; left: number; right: number }[] {
  const { left, width } = plot.bbox;
  const { log, values } = session.axes[0]!;
  const at = (x: number, edge: number): number =>
    Number.isFinite(x) ? Math.round(plot.valToPos(x, "x", true)) : edge;
  return bands(values, model.get("_zones"), log).map(({ zone, from, to }) => ({
    zone,
    left: at(from, left),
    right: at(to, left + width),
  }));
}

/** A dot for each run in the colour of its zone, a cross at the top where it diverged. */
function dots(plot: uPlot, session: Session, paint: Paint): void {
  const { ctx, bbox } = plot;
  const unit = uPlot.pxRatio;
  const best = session.model.get("_best");
  ctx.save();
  ctx.lineWidth = 1.5 * unit;
  session.axes[0]!.values.forEach((value, run) => {
    const x = plot.valToPos(value, "x", true);
    const y = session.end(run);
    ctx.fillStyle = ctx.strokeStyle = paint[TONES[session.zone(run)]]!;
    ctx.beginPath();
    if (Number.isFinite(y)) {
      ctx.arc(x, plot.valToPos(y, "y", true), (run === best ? 4 : 2.5) * unit, 0, 2 * Math.PI);
      ctx.fill();
      return;
    }
    const [top, r] = [bbox.top + 42 * unit, 3 * unit];
    ctx.moveTo(x - r, top - r);
    ctx.lineTo(x + r, top + r);
    ctx.moveTo(x + r, top - r);
    ctx.lineTo(x - r, top + r);
    ctx.stroke();
  });
  ctx.restore();
}
