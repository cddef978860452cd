/** A chart of a few curves over steps, with its newest numbers in a legend. */

import uPlot from "uplot";
import { axis, range, steps } from "./axes.ts";
import type { Disposer } from "./dispose.ts";
import { h, say } from "./dom.ts";
import { count, quantity } from "./format.ts";
import { type Chart, frame, type Paint } from "./frame.ts";
import { type Look, swatch } from "./palette.ts";
import type { Part } from "./part.ts";

type Column = readonly (number | null)[];

export interface Courses {
  readonly title: string;
  readonly label: string;
  readonly note?: string;
  readonly names: readonly string[];
  readonly looks: readonly Look[];
  readonly log?: boolean;
  /** Fixed ends of the axis. */
  ends?(): readonly [number, number] | null;
  /** Where a dashed line lies across; NaN for none. */
  level?(): number;
  /** Distances allowed between the numbers on the axis. */
  readonly apart?: number[];
  steps(): Column;
  columns(): readonly Column[];
  /** What the legend says of a curve. */
  now(curve: number): number | null;
  /** Another version, other numbers. */
  version(): string;
  moving?(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint): void;
}

export function courses(bin: Disposer, chart: Courses): Part {
  const data = (): uPlot.AlignedData => [
    chart.steps().map((x) => x ?? 0),
    ...chart.columns().map((ys) => ys.map((y) => y === null || (chart.log && y <= 0) ? null : y)),
  ];
  const part = frame(
    bin,
    {
      title: chart.title,
      label: chart.label,
      ...(chart.note ? { note: chart.note } : {}),
      colors: chart.looks.map((one) => one.color),
      key: () => "",
      version: chart.version,
      data,
      options: (paint) => options(chart, paint, data),
      moving: (plot, ctx, paint) => chart.moving?.(plot, ctx, paint),
    } satisfies Chart,
  );
  const lasts = chart.names.map((name, i) => {
    const value = h("b");
    return [h("span", {}, swatch(chart.looks[i]!), name, value), value] as const;
  });
  const legend = h("div", { class: "dlw-courses" }, ...lasts.map(([el]) => el));
  part.el.insertBefore(legend, part.el.lastChild);
  return {
    el: part.el,
    update() {
      part.update();
      lasts.forEach(([, value], i) => say(value, quantity(chart.now(i), 3)));
    },
  };
}

function options(
  chart: Courses,
  paint: Paint,
  data: () => uPlot.AlignedData,
): Omit<uPlot.Options, "width" | "height"> {
  const log = chart.log ?? false;
  const heights = (): [number, number] => {
    const all = data().slice(1).flatMap((ys) => [...ys as Column].filter((y) => y !== null));
    const level = chart.level?.() ?? NaN;
    if (all.length && Number.isFinite(level)) all.push(level);
    const least = (pick: (a: number, b: number) => number): number | null =>
      all.length ? all.reduce((a, b) => pick(a, b)) : null;
    return range(least(Math.min), least(Math.max), log);
  };
  return {
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max((low ?? 0) + 10, high ?? 0)] },
      y: { distr: log ? 3 : 1, range: () => [...(chart.ends?.() ?? heights())] },
    },
    axes: [
      axis(paint, 24, count, [...steps()]),
      axis(paint, 46, (value) => quantity(value, 3), ...(chart.apart ? [chart.apart] : [])),
    ],
    series: [
      {},
      ...chart.looks.map((one): uPlot.Series => ({
        stroke: paint[one.color]!,
        dash: [...one.dash],
        width: 1.8,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: chart.level ? { drawClear: [(plot) => across(plot, paint, chart.level!())] } : {},
  };
}

/** The dashed line. */
function across(plot: uPlot, paint: Paint, level: number): void {
  if (!Number.isFinite(level)) return;
  const { bbox, ctx } = plot;
  const y = plot.valToPos(level, "y", true);
  ctx.save();
  ctx.strokeStyle = paint["--dlw-ink-soft"]!;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([5 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
