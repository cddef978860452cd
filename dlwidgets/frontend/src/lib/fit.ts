/** One input, one output: the samples, and curves of what models make of them. */

import { axis, range } from "./axes.ts";
import type { Disposer } from "./dispose.ts";
import { quantity } from "./format.ts";
import { type Chart, frame } from "./frame.ts";
import type { Part } from "./part.ts";

/** A curve over the whole of the axis: its heights at equal distances; NaN is a gap. */
export interface Fitted {
  readonly ys: ArrayLike<number>;
  /** The CSS variable of its colour. */
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
}

export interface Fit {
  readonly title: string;
  readonly label: string;
  /** The CSS variables of all colours that curves may have. */
  readonly colors: readonly string[];
  /** The least and the greatest input of the picture. */
  reach(): readonly [number, number];
  /** Input and target of each sample, one after the other. */
  points(): ArrayLike<number>;
  curves(): readonly Fitted[];
  /** The ends of the vertical axis, where those of the samples would not do. */
  heights?(): readonly [number, number] | null;
  /** Another key, another picture: the axes are drawn anew. */
  key(): string;
}

export function fit(bin: Disposer, picture: Fit): Part {
  const chart: Chart = {
    title: picture.title,
    label: picture.label,
    colors: picture.colors,
    key: picture.key,
    data: () => [[...picture.reach()], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [...picture.reach()] },
        y: { range: () => [...(picture.heights?.() ?? heights(picture.points()))] },
      },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4)),
        axis(paint, 46, (value) => quantity(value, 4)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      const points = picture.points();
      ctx.fillStyle = paint["--dlw-ink-soft"]!;
      ctx.globalAlpha = 0.55;
      for (let i = 0; i < points.length; i += 2) {
        const place = [plot.valToPos(points[i]!, "x"), plot.valToPos(points[i + 1]!, "y")] as const;
        ctx.beginPath();
        ctx.arc(...place, 2.2, 0, 2 * Math.PI);
        ctx.fill();
      }
      ctx.globalAlpha = 1;
      ctx.lineJoin = "round";
      const [low, high] = picture.reach();
      for (const { color, dash, width, ys } of picture.curves()) {
        ctx.strokeStyle = paint[color]!;
        ctx.lineWidth = width ?? 2.5;
        ctx.setLineDash([...(dash ?? [])]);
        ctx.beginPath();
        for (let i = 0; i < ys.length; i++) {
          const x = low + (high - low) * i / (ys.length - 1);
          if (Number.isFinite(ys[i])) ctx.lineTo(plot.valToPos(x, "x"), plot.valToPos(ys[i]!, "y"));
        }
        ctx.stroke();
      }
      ctx.setLineDash([]);
    },
  };
  return frame(bin, chart);
}

/** The range of the targets: a curve that leaves it leaves the picture. */
function heights(points: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 1; i < points.length; i += 2) {
    low = Math.min(low, points[i]!);
    high = Math.max(high, points[i]!);
  }
  return range(low, high, false);
}
