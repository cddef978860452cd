/** Scores, losses and gradients of both nets over the steps. */

import uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { h, say } from "../../lib/dom.ts";
import { look, swatch } from "../../lib/palette.ts";
import type { COLUMNS, Context, Part } from "./session.ts";

type Column = typeof COLUMNS[number];

/** D first, then G; real before fake: the same looks in all charts. */
const LOOKS = [look(0), look(1)] as const;

interface Kind {
  readonly title: string;
  readonly label: string;
  readonly note?: string;
  readonly columns: readonly [Column, Column];
  readonly names: readonly [string, string];
  readonly log: boolean;
  /** Fixed ends of the axis. */
  readonly ends?: readonly [number, number];
}

/** The three charts, beside each other. */
export function charts(context: Context): Part {
  const parts = kinds(context).map((kind) => chart(context, kind));
  return {
    el: h("div", { class: "dlw-gm-charts" }, ...parts.map((part) => part.el)),
    update() {
      for (const part of parts) part.update();
    },
  };
}

function kinds({ model, text }: Context): Kind[] {
  const { discriminator: d, generator: g } = model.get("_about");
  return [
    {
      title: text.scores,
      label: text.scoresLabel,
      columns: ["real", "fake"],
      names: [text.real("D"), text.fake("D", "G")],
      log: false,
      ends: [0, 1],
    },
    {
      title: text.losses,
      label: text.lossesLabel,
      columns: ["loss_d", "loss_g"],
      names: [d, g],
      log: false,
    },
    {
      title: text.gradients,
      label: text.gradientsLabel,
      note: text.gradientsNote,
      columns: ["grad_d", "grad_g"],
      names: [text.gradientOf("D"), text.gradientOf("G")],
      log: true,
    },
  ];
}

function chart(context: Context, kind: Kind): Part {
  const { bin, session } = context;
  const values = (name: Column): (number | null)[] =>
    session.column(name).map((y) => y === null || (kind.log && y <= 0) ? null : y);
  const data = (): uPlot.AlignedData => [
    session.column("step").map((x) => x ?? 0),
    ...kind.columns.map(values),
  ];
  const part = frame(
    bin,
    {
      title: kind.title,
      label: kind.label,
      ...(kind.note ? { note: kind.note } : {}),
      colors: LOOKS.map((one) => one.color),
      key: () => String(session.version),
      data,
      options: (paint) => options(kind, paint, data),
      moving: (plot, ctx, paint) => here(context, plot, ctx, paint),
    } satisfies Chart,
  );
  const lasts = kind.names.map((name, i) => {
    const value = h("b");
    return [h("span", {}, swatch(LOOKS[i]!), name, value), value] as const;
  });
  const legend = h("div", { class: "dlw-gm-legend" }, ...lasts.map(([el]) => el));
  part.el.insertBefore(legend, part.el.lastChild);
  return {
    el: part.el,
    update() {
      part.update();
      lasts.forEach(([, value], i) => {
        say(value, quantity(at(context, kind.columns[i]!), 3));
      });
    },
  };
}

/** The value of a column at the shot that is shown, else the newest that is known. */
function at({ session }: Context, name: Column): number | null {
  const [column, rows] = [session.column(name), session.column("step")];
  const row = rows.findLastIndex((step, i) =>
    (step ?? 0) <= session.shot.step && column[i] !== null
  );
  return row < 0 ? null : column[row]!;
}

function options(
  { ends, log }: Kind,
  paint: Paint,
  data: () => uPlot.AlignedData,
): Omit<uPlot.Options, "width" | "height"> {
  const all = (): number[] =>
    data().slice(1).flatMap((ys) => [...ys as (number | null)[]].filter((y) => y !== null));
  const least = (pick: (a: number, b: number) => number): number | null =>
    all().length ? all().reduce((a, b) => pick(a, b)) : null;
  return {
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max((low ?? 0) + 10, high ?? 0)] },
      y: {
        distr: log ? 3 : 1,
        range: () => ends ? [...ends] : range(least(Math.min), least(Math.max), log),
      },
    },
    axes: [
      axis(paint, 24, count, [...steps()]),
      axis(paint, 46, (value) => quantity(value, 3), ...(ends ? [[0.25, 0.5]] : [])),
    ],
    series: [
      {},
      ...LOOKS.map((one): uPlot.Series => ({
        stroke: paint[one.color]!,
        dash: [...one.dash],
        width: 1.8,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: ends ? { drawClear: [(plot) => half(plot, paint)] } : {},
  };
}

/** Where the discriminator can't tell: the line at 0.5. */
function half(plot: uPlot, paint: Paint): void {
  const { bbox, ctx } = plot;
  const y = plot.valToPos(0.5, "y", true);
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

/** The step of the shot that is shown. */
function here(
  { session }: Context,
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
): void {
  if (session.shot.count === 0 || session.follows) return;
  const x = plot.valToPos(session.shot.step, "x");
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, plot.over.clientHeight);
  ctx.stroke();
}
