/** Batch norm on one batch: its own statistics beside the running ones, and one number by hand. */

import type uPlot from "uplot";
import { axis, range } from "../../lib/axes.ts";
import { h, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { ends } from "./chart.ts";
import type { Context, Norm, Part } from "./session.ts";

export function norm(context: Context): Part {
  const { bin, session, text } = context;
  const charts = [
    statistics(context, text.means, "batchMean", "runningMean"),
    statistics(context, text.variances, "batchVar", "runningVar"),
  ];
  const slider = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    step: 1,
    "aria-label": text.feature,
  });
  bin.listen(slider, "input", () => session.look({ feature: Number(slider.value) }));
  const shown = h("output", {});
  const title = h("b", {});
  const formula = h("p", { class: "dlw-rg-formula" });
  const el = h(
    "div",
    { class: "dlw-rg-norm" },
    h("div", { class: "dlw-rg-pair" }, ...charts.map((chart) => chart.el)),
    h(
      "div",
      { class: "dlw-rg-line" },
      title,
      h("label", { class: "dlw-rg-epoch" }, h("span", {}, text.feature), slider, shown),
      formula,
    ),
  );
  return {
    el,
    update() {
      const found = session.arm.norm;
      if (!found) return;
      session.feature = Math.min(session.feature, found.features - 1);
      slider.max = String(found.features - 1);
      slider.value = String(session.feature);
      say(title, text.normTitle(found.layer));
      say(shown, String(session.feature));
      formula.replaceChildren(
        worked(found, session.feature, session.mode === 1),
        h("small", {}, ` ${session.mode ? text.from.batch : text.from.running}; ${text.normNote}`),
      );
      for (const chart of charts) chart.update();
    },
  };
}

/** y = γ (x − μ) / √(σ² + ε) + β with the numbers of a feature, and what torch makes of it. */
export function worked(found: Norm, feature: number, training: boolean): HTMLElement {
  const at = (name: string): string => signed(found.of[name]![feature]!);
  const [mean, variance, out] = training
    ? ["batchMean", "batchVar", "trained"]
    : ["runningMean", "runningVar", "evaluated"];
  const root = `√(${at(variance!)} + ${quantity(found.eps, 2)})`;
  return h(
    "code",
    {},
    `γ (x − μ) / √(σ² + ε) + β = ${at("weight")} (${at("given")} − ${at(mean!)}) / ${root} + ${
      at("bias")
    } = ${quantity(found.of[out!]![feature]!, 4)}`,
  );
}

/** A number that can stand behind an operator. */
function signed(value: number): string {
  const text = quantity(value, 4);
  return text.startsWith("−") ? `(${text})` : text;
}

function statistics(context: Context, title: string, batch: string, running: string): Part {
  const { bin, session, text } = context;
  const of = (name: string): Float64Array => session.arm.norm?.of[name] ?? new Float64Array();
  const chart: Chart = {
    title,
    label: `${title}. ${text.statisticsLabel}`,
    note: text.statisticsNote,
    colors: ["--dlw-series-1", "--dlw-series-2"],
    key: () => `${session.version} ${session.arm.name}`,
    data: () => [Array.from(of(batch), (_, i) => i), Array.from(of(batch), () => null)],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [-0.5, Math.max(1, of(batch).length) - 0.5] },
        y: { range: () => range(...ends([...of(batch), ...of(running)]), false) },
      },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4), [1, 2, 5, 10, 20, 50]),
        axis(paint, 46, (value) => quantity(value, 4)),
      ],
      series: [{}, {}],
    }),
    moving: (plot, ctx, paint) => dots(plot, ctx, paint, of(batch), of(running), session),
    drag: (x) => {
      const last = of(batch).length - 1;
      session.look({ feature: Math.max(0, Math.min(last, Math.round(x))) });
    },
  };
  return frame(bin, chart);
}

function dots(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  batch: Float64Array,
  running: Float64Array,
  { feature, mode }: { readonly feature: number; readonly mode: 0 | 1 },
): void {
  batch.forEach((_, i) => {
    const x = plot.valToPos(i, "x");
    const [a, b] = [batch, running].map((values) => plot.valToPos(values[i]!, "y")) as [
      number,
      number,
    ];
    ctx.strokeStyle = paint[i === feature ? "--dlw-accent" : "--dlw-line"]!;
    ctx.lineWidth = i === feature ? 2 : 1;
    ctx.beginPath();
    ctx.moveTo(x, a);
    ctx.lineTo(x, b);
    ctx.stroke();
    // Those that the mode uses stand out.
    ctx.globalAlpha = mode ? 1 : 0.55;
    ctx.fillStyle = paint["--dlw-series-1"]!;
    ctx.beginPath();
    ctx.arc(x, a, i === feature ? 4.5 : 3, 0, 2 * Math.PI);
    ctx.fill();
    ctx.globalAlpha = mode ? 0.55 : 1;
    ctx.strokeStyle = paint["--dlw-series-2"]!;
    ctx.lineWidth = 1.8;
    ctx.beginPath();
    ctx.arc(x, b, i === feature ? 5 : 3.5, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.globalAlpha = 1;
  });
}
