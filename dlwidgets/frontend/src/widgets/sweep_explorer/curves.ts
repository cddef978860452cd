/** The loss of every run over its steps, faint, and that of the chosen one. */

import uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame } from "../../lib/frame.ts";
import { TONES } from "./tones.ts";
import { type Context, lossRange, type Part } from "./session.ts";

export function curves(context: Context): Part {
  const { model, session, text } = context;
  const log = (): boolean => model.get("log_scale");
  const every = session.steps.length > 1 ? session.steps[1]! - session.steps[0]! : 1;
  // A logarithm needs positive numbers; uPlot leaves gaps at nulls.
  const clean = (losses: Float32Array): (number | null)[] =>
    Array.from(losses, (y) => Number.isFinite(y) && (!log() || y > 0) ? y : null);

  const chart: Chart = {
    title: text.curves,
    label: text.curvesLabel,
    colors: Object.values(TONES),
    ...(every > 1 ? { note: text.every(count(every)) } : {}),
    key: () => String(log()),
    data: () => [
      Array.from(session.steps),
      ...Array.from({ length: session.runs }, (_, run) => clean(session.losses(run))),
    ],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [1, Math.max(2, model.get("_count"))] },
        y: {
          distr: log() ? 3 : 1,
          range: () => range(...lossRange(session, log()), log()),
        },
      },
      axes: [
        axis(paint, 26, count, [...steps()]),
        axis(paint, 52, (value) => quantity(value, 5)),
      ],
      series: [
        {},
        ...Array.from({ length: session.runs }, (): uPlot.Series => ({
          stroke: paint["--dlw-ink-soft"]!,
          width: 1,
          // The more there are, the fainter each.
          alpha: Math.max(0.08, Math.min(0.4, 12 / session.runs)),
          points: { show: false },
        })),
      ],
    }),
    moving(plot, ctx, paint) {
      ctx.strokeStyle = paint[TONES[session.zone(session.run)]]!;
      ctx.lineWidth = 2.5;
      ctx.lineJoin = "round";
      ctx.beginPath();
      let drawing = false;
      clean(session.losses(session.run)).forEach((y, i) => {
        if (y === null) {
          drawing = false;
          return;
        }
        const point = [plot.valToPos(session.steps[i]!, "x"), plot.valToPos(y, "y")] as const;
        if (drawing) ctx.lineTo(...point);
        else ctx.moveTo(...point);
        drawing = true;
      });
      ctx.stroke();
    },
  };
  return frame(context.bin, chart);
}
