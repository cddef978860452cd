/** The losses over the steps, and the ways of w and b. */

import type uPlot from "uplot";
import { axis, FAMILY, range, steps as whole } from "../../lib/axes.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { frame, type Paint } from "../../lib/frame.ts";
import { look } from "../../lib/palette.ts";
import { widthOf } from "./panels.ts";
import { B, type Context, FAR, LOSS, type Part, type Session, W } from "./session.ts";

/** A number far beyond the edge of a chart; canvases can't take the largest ones. */
const BEYOND = 1e5;

const COLORS = [0, 1, 2, 3].map((i) => look(i).color);

/** The losses of all lanes; where they are equal, each is drawn inside the one before. */
export function losses(context: Context): Part {
  const { model, session, text } = context;
  const log = (): boolean => model.get("log_scale");
  const ends = (): [number, number] => range(...lossRange(session, log()), false);
  return over(context, {
    title: text.losses,
    label: text.lossesLabel,
    ends,
    end: () => session.count,
    // Logarithms, as uPlot's own logarithmic axis does not reach up to where losses blow up.
    unit: (y) => log() ? 10 ** y : y,
    draw(plot, ctx, paint) {
      curves(context, plot, ctx, paint, LOSS, log());
    },
  });
}

/** w and b on their way to the truth. */
export function ways(context: Context): Part {
  const { session, text } = context;
  return over(context, {
    title: text.ways,
    label: text.waysLabel,
    ends: () => wayRange(session),
    end: () => wayEnd(session),
    unit: (y) => y,
    draw(plot, ctx, paint) {
      for (const [which, name, truth] of [[W, "w", 3], [B, "b", 2]] as const) {
        level(plot, ctx, paint, truth);
        curves(context, plot, ctx, paint, which, false, session.start[which - 1]);
        const at = [...session.row(0, which)].findLast(Number.isFinite) ??
          session.start[which - 1]!;
        label(plot, ctx, paint, name, at);
      }
    },
  });
}

interface Over {
  readonly title: string;
  readonly label: string;
  ends(): [number, number];
  /** The last step that is shown. */
  end(): number;
  /** The number that stands at a place on the axis. */
  unit(y: number): number;
  draw(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint): void;
}

/** A chart over the steps, on which a step can be looked at. */
function over(context: Context, chart: Over): Part {
  const { bin, model, session } = context;
  return frame(bin, {
    title: chart.title,
    label: chart.label,
    colors: [...COLORS, "--dlw-edge"],
    key: () => `${chart.unit(2)} ${chart.end()} ${chart.ends()}`,
    data: () => [[0, chart.end()], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [0, Math.max(1, chart.end())] },
        y: { range: () => chart.ends() },
      },
      axes: [
        axis(paint, 26, count, [...whole()]),
        axis(paint, 52, (value) => quantity(chart.unit(value), 3)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      chart.draw(plot, ctx, paint);
      if (session.place === null) return;
      const left = plot.valToPos(session.steps[session.place]!, "x");
      ctx.setLineDash([]);
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(left, 0);
      ctx.lineTo(left, plot.over.clientHeight);
      ctx.stroke();
    },
    ...(model.get("_kind") === "engines" ? { drag: (step) => session.lookAt(step) } : {}),
  });
}

function curves(
  { session }: Context,
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  which: number,
  log: boolean,
  start?: number,
): void {
  const lanes = session.lanes;
  ctx.lineJoin = "round";
  lanes.forEach((lane, i) => {
    if (!lane.here) return;
    ctx.strokeStyle = paint[look(i).color]!;
    ctx.lineWidth = widthOf(i, lanes.length);
    ctx.beginPath();
    const to = (x: number, y: number): void => {
      const top = plot.valToPos(log ? Math.log10(Math.max(y, Number.MIN_VALUE)) : y, "y");
      ctx.lineTo(plot.valToPos(x, "x"), Math.max(-BEYOND, Math.min(BEYOND, top)));
    };
    if (start !== undefined) to(0, start);
    session.row(i, which).forEach((y, k) => {
      if (Number.isFinite(y)) to(session.steps[k]!, y);
    });
    ctx.stroke();
  });
}

/** A dashed line at the value that is to be found. */
function level(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint, y: number): void {
  ctx.strokeStyle = paint["--dlw-edge"]!;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([5, 4]);
  ctx.beginPath();
  ctx.moveTo(0, plot.valToPos(y, "y"));
  ctx.lineTo(plot.over.clientWidth, plot.valToPos(y, "y"));
  ctx.stroke();
  ctx.setLineDash([]);
}

function label(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  text: string,
  y: number,
): void {
  const top = plot.valToPos(y, "y");
  if (!(top > 12 && top < plot.over.clientHeight)) return;
  ctx.font = `600 13px ${FAMILY}`;
  ctx.fillStyle = paint["--dlw-ink"]!;
  ctx.textAlign = "right";
  ctx.fillText(text, plot.over.clientWidth - 4, top - 8);
}

/** The least and the greatest loss, as logarithms where such are drawn. */
function lossRange(session: Session, log: boolean): [number, number] {
  let [low, high, first] = [Infinity, -Infinity, NaN];
  session.lanes.forEach((lane, i) => {
    if (!lane.here) return;
    for (const y of session.row(i, LOSS)) {
      if (!Number.isFinite(y) || (log && y <= 0)) continue;
      if (Number.isNaN(first)) first = y;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  });
  if (!(low <= high)) return [log ? -1 : 0, log ? 0 : 1];
  if (!log) return [0, Math.max(first, Math.min(high, 3 * first)) || 1];
  const ends = [Math.log10(low), Math.log10(high)] as const;
  return ends[1] - ends[0] > 0.2 ? [...ends] : [ends[0] - 0.5, ends[1] + 0.5];
}

/** How far w and b are seen: to the end, or, if they leave the chart for good, a bit beyond. */
function wayEnd(session: Session): number {
  const lane = session.lanes.findIndex((one) => one.here);
  if (lane < 0) return session.count;
  const ws = session.row(lane, W);
  const within = ws.findLastIndex((y) => Math.abs(y) < FAR);
  const out = ws.findLastIndex(Number.isFinite);
  if (out - within < 5) return session.count;
  return Math.min(session.count, Math.max(10, 2 * (session.steps[Math.max(0, within)] ?? 0)));
}

/** Where w and b can be seen: the start, the truth, and what lies between and near. */
function wayRange(session: Session): [number, number] {
  let [low, high] = [1.8, 3.2];
  const see = (y: number): void => {
    if (!(Math.abs(y) < FAR)) return;
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  session.start.forEach(see);
  session.lanes.forEach((lane, i) => {
    if (lane.here) { for (const which of [W, B]) session.row(i, which).forEach(see); }
  });
  return range(low, high, false);
}

/** A slider over the steps, for those who drag on no chart. */
export function timeline({ bin, session, text }: Context): Part {
  const slider = h("input", { type: "range", class: "dlw-range", min: 0, step: 1 });
  mark(slider, "aria-label", text.lookAt);
  const place = h("output", {});
  const newest = h("button", { type: "button", class: "dlw-button" }, text.newest);
  bin.listen(slider, "input", () => session.look(Number(slider.value)));
  bin.listen(newest, "click", () => session.look(null));
  return {
    el: h("div", { class: "dlw-re-time" }, h("span", {}, text.lookAt), slider, place, newest),
    update() {
      const end = session.steps.length - 1;
      mark(slider, "max", String(Math.max(0, end)));
      const at = session.place ?? end;
      if (slider.value !== String(at)) slider.value = String(at);
      const step = text.step(count(session.steps[at] ?? 0));
      mark(slider, "aria-valuetext", step);
      say(place, step);
      newest.disabled = session.place === null;
    },
  };
}
