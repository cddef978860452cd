/** A chart with a line for each arm, and a band where seeds differ. */

import type uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { look } from "../../lib/palette.ts";
import type { Arm, Context, Part } from "./session.ts";

/** As many arms as there can be. */
const COLORS = Array.from({ length: 6 }, (_, i) => look(i).color);

/** How many times the middle line's greatest value an axis reaches at most. */
const FAR = 3;

type Numbers = ArrayLike<number>;

/** What a chart of arms shows. */
export interface Lines {
  readonly title: string;
  readonly label: string;
  readonly note: string;
  /** Whether it is drawn on a logarithm. */
  log(): boolean;
  x(): Numbers;
  of(arm: Arm): { readonly mean: Numbers; readonly low?: Numbers; readonly high?: Numbers };
  /** Least and greatest value, where it is not that of the lines themselves. */
  reach?(): [number, number];
  /** Names of places on the x axis, where they are no numbers. */
  readonly names?: () => readonly string[];
  /** What else it depends on. */
  key?(): string;
  moving?(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint): void;
  drag?(x: number): void;
}

export function lines(context: Context, chosen: Lines): Part {
  const { session } = context;
  const clean = (ys: Numbers): (number | null)[] =>
    Array.from(ys, (y) => Number.isFinite(y) && (!chosen.log() || y > 0) ? y : null);
  const rows = (): (number | null)[][] =>
    session.shown.flatMap((arm) => {
      const { mean, low = mean, high = mean } = chosen.of(arm);
      return [clean(low), clean(high), clean(mean)];
    });
  const reach = (): [number, number] => {
    if (chosen.reach) return range(...chosen.reach(), chosen.log());
    return range(...ends(rows().flat()), chosen.log());
  };
  const chart: Chart = {
    title: chosen.title,
    label: chosen.label,
    note: chosen.note,
    colors: COLORS,
    key: () => [session.key, chosen.log(), chosen.key?.()].join("\n"),
    data: () => [Array.from(chosen.x()), ...rows()],
    options: (paint) => ({
      scales: {
        x: {
          time: false,
          range: () => [chosen.x()[0] ?? 0, chosen.x()[chosen.x().length - 1] ?? 1],
        },
        y: { distr: chosen.log() ? 3 : 1, range: reach },
      },
      axes: [
        chosen.names
          ? {
            ...axis(paint, 26, (value) => chosen.names!()[value] ?? "", [1, 2, 5, 10]),
            space: 30,
          }
          : axis(paint, 26, (value) => quantity(value, 4), wholes(chosen)),
        axis(paint, 52, (value) => quantity(value, 5)),
      ],
      series: [{}, ...session.shown.flatMap((arm) => series(arm, arm === session.arm, paint))],
      bands: session.shown.map((arm, i) => ({
        series: [3 * i + 2, 3 * i + 1],
        fill: faint(paint[arm.look.color]!),
      })),
    }),
    moving: (plot, ctx, paint) => chosen.moving?.(plot, ctx, paint),
    ...(chosen.drag ? { drag: chosen.drag } : {}),
  };
  return frame(context.bin, chart);
}

function wholes({ x }: Lines): number[] | undefined {
  return Array.from(x()).every(Number.isInteger) ? [...steps()] : undefined;
}

function series(arm: Arm, chosen: boolean, paint: Paint): uPlot.Series[] {
  const edge = { width: 0, stroke: "transparent", points: { show: false } };
  return [edge, edge, {
    stroke: paint[arm.look.color]!,
    dash: [...arm.look.dash],
    width: chosen ? 2.8 : 1.6,
    points: { show: false },
  }];
}

function faint(color: string): string {
  return color.replace("rgb(", "rgba(").replace(")", ", 0.15)");
}

/** The least and the greatest of numbers; null where there is none. */
export function ends(values: readonly (number | null)[]): [number | null, number | null] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [null, null];
}

/**
 * The end of an axis for lines with these greatest values: of one that is far above all others the
 * top is left out, so that it does not press them flat.
 */
export function calm(maxima: readonly number[]): number {
  const sorted = maxima.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? NaN : Math.min(sorted.at(-1)!, FAR * middle);
}
