/** One input, one output: the samples, and the curve of the chosen model. */

import { axis, range } from "../../lib/axes.ts";
import { quantity } from "../../lib/format.ts";
import { unpack } from "../../lib/wire.ts";
import { type Chart, frame } from "../../lib/frame.ts";
import type { Context, Part } from "./session.ts";

export function fit(context: Context): Part {
  const { model, session, text } = context;
  const picture = model.get("_picture");
  const [values, points] = [unpack(picture.values), unpack(picture.points)];
  const [low, high] = unpack(picture.reach) as unknown as [number, number];
  const along = values.length / session.runs;
  const x = (i: number): number => low + (high - low) * i / (along - 1);
  const ys = points.filter((_, i) => i % 2 === 1);
  const chart: Chart = {
    title: text.fit,
    label: text.fitLabel,
    colors: [],
    key: () => "",
    data: () => [[low, high], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [low, high] },
        y: { range: () => range(Math.min(...ys), Math.max(...ys), false) },
      },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4)),
        axis(paint, 46, (value) => quantity(value, 4)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      ctx.fillStyle = paint["--dlw-ink-soft"]!;
      ctx.globalAlpha = 0.55;
      for (let i = 0; i < points.length; i += 2) {
        const place = [plot.valToPos(points[i]!, "x"), plot.valToPos(points[i + 1]!, "y")] as const;
        ctx.beginPath();
        ctx.arc(...place, 2.2, 0, 2 * Math.PI);
        ctx.fill();
      }
      ctx.globalAlpha = 1;
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 2.5;
      ctx.beginPath();
      for (let i = 0; i < along; i++) {
        const y = Number(values[session.run * along + i]);
        if (Number.isFinite(y)) ctx.lineTo(plot.valToPos(x(i), "x"), plot.valToPos(y, "y"));
      }
      ctx.stroke();
    },
  };
  return frame(context.bin, chart);
}
