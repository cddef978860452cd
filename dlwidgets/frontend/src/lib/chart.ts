/** A line chart over uPlot that draws curves by steps, and marks events on them. */

import uPlot from "uplot";
import { axis, FAMILY, INK, range, steps } from "./axes.ts";
import type { Disposer } from "./dispose.ts";
import { count, quantity } from "./format.ts";
import { type Look, outline } from "./palette.ts";
import type { Curve } from "./series.ts";
import { colors, onTheme } from "./theme.ts";

/** One curve and how it looks. */
export interface Line {
  readonly name: string;
  readonly look: Look;
  readonly curve: Curve;
  readonly shown: boolean;
}

/** Something that happened at a step. `tone`: by the user, by the code, or a misfortune. */
export interface Mark {
  readonly x: number;
  readonly text: string;
  readonly tone: "hand" | "code" | "bad";
}

/** All that the chart shows. */
export interface Picture {
  readonly x: readonly number[];
  readonly end: number;
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  readonly log: boolean;
  readonly smooth: boolean;
}

const TONES = { hand: "--dlw-accent", code: "--dlw-ink-soft", bad: "--dlw-bad" } as const;
/** Rows in which the texts of marks stand above each other before they are left out. */
const ROWS = 3;

export class LineChart {
  readonly #el: HTMLElement;
  readonly #onPoint: (index: number | null) => void;
  readonly #xLabel: string;
  #plot: uPlot | null = null;
  #picture: Picture | null = null;
  #key = "";
  #size: [number, number] = [0, 0];
  #paint: Record<string, string> = {};

  constructor(
    el: HTMLElement,
    bin: Disposer,
    options: { xLabel: string; onPoint: (index: number | null) => void },
  ) {
    this.#el = el;
    this.#xLabel = options.xLabel;
    this.#onPoint = options.onPoint;
    bin.resized(el, (width, height) => this.#resize(Math.floor(width), Math.floor(height)));
    onTheme(bin, () => {
      this.#key = "";
      if (this.#picture) this.draw(this.#picture);
    });
    bin.add(() => this.#plot?.destroy());
  }

  /** Draws; nothing is built anew as long as the curves are the same. */
  draw(picture: Picture): void {
    this.#picture = picture;
    const [width, height] = this.#size;
    if (width < 40 || height < 40) return;
    const { lines, log, smooth } = picture;
    const key = JSON.stringify([
      log,
      smooth,
      lines.map(({ name, look, curve, shown }) => [name, look.color, curve.sparse, shown]),
    ]);
    const data = this.#data(picture);
    if (this.#plot && key === this.#key) {
      this.#plot.setData(data);
      return;
    }
    this.#key = key;
    this.#plot?.destroy();
    const names = lines.map((line) => line.look.color);
    this.#paint = colors(this.#el, [...INK, ...Object.values(TONES), ...names]);
    this.#plot = new uPlot(this.#options(picture), data, this.#el);
  }

  /** Puts the cursor on a point, as the pointer would. */
  point(index: number): void {
    const x = this.#picture?.x[index];
    if (!this.#plot || x === undefined) return;
    this.#plot.setCursor({ left: this.#plot.valToPos(x, "x"), top: 1 });
  }

  #resize(width: number, height: number): void {
    this.#size = [width, height];
    if (this.#plot && width >= 40 && height >= 40) this.#plot.setSize({ width, height });
    else if (this.#picture) this.draw(this.#picture);
  }

  #data({ x, lines, smooth }: Picture): uPlot.AlignedData {
    const ys = lines.flatMap(({ curve }) => smooth ? [curve.raw, curve.smooth] : [curve.raw]);
    return [x as number[], ...ys];
  }

  #options({ lines, log, smooth }: Picture): uPlot.Options {
    const [width, height] = this.#size;
    return {
      width,
      height,
      padding: [6, 18, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 0, fill: (_, i) => this.#color(this.#lineOf(i)) },
      },
      scales: {
        x: { time: false, range: () => [1, Math.max(10, this.#picture?.end ?? 0)] },
        y: { distr: log ? 3 : 1, range: (_, low, high) => range(low, high, log) },
      },
      axes: [
        axis(this.#paint, 26, count, [...steps()]),
        axis(this.#paint, 52, (value) => quantity(value, 5)),
      ],
      series: [{}, ...lines.flatMap((line) => this.#series(line, smooth))],
      hooks: {
        setCursor: [(plot) => this.#onPoint(plot.cursor.idx ?? null)],
        draw: [(plot) => this.#decorate(plot)],
      },
    };
  }

  #series({ look, curve, shown }: Line, smooth: boolean): uPlot.Series[] {
    const base = {
      show: shown,
      stroke: this.#paint[look.color]!,
      dash: [...look.dash],
      spanGaps: curve.sparse,
      points: { show: false },
    };
    const whole = { ...base, width: 1.6 };
    if (!smooth) return [whole];
    if (curve.sparse) return [{ ...whole, show: false }, whole];
    return [{ ...base, width: 1, alpha: 0.25, dash: [] }, { ...base, width: 2 }];
  }

  #lineOf(series: number): Line | undefined {
    const per = this.#picture?.smooth ? 2 : 1;
    return this.#picture?.lines[Math.floor((series - 1) / per)];
  }

  #color(line: Line | undefined): string {
    return line ? this.#paint[line.look.color]! : "transparent";
  }

  /** What uPlot does not know: the markers of sparse curves, events, the name of the x axis. */
  #decorate(plot: uPlot): void {
    const picture = this.#picture;
    if (!picture) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    // The newest marker stands on the edge.
    ctx.rect(bbox.left, bbox.top, bbox.width + 8 * uPlot.pxRatio, bbox.height);
    ctx.clip();
    for (const line of picture.lines) {
      if (line.shown && line.curve.sparse) this.#markers(plot, picture, line);
    }
    this.#marks(plot, picture.marks);
    ctx.restore();
    ctx.font = `${11 * uPlot.pxRatio}px ${FAMILY}`;
    ctx.fillStyle = this.#paint["--dlw-ink-soft"]!;
    ctx.textAlign = "right";
    ctx.textBaseline = "top";
    const gap = 6 * uPlot.pxRatio;
    // In the corner between the axes, where neither has numbers.
    ctx.fillText(this.#xLabel, bbox.left - gap, bbox.top + bbox.height + gap);
  }

  #markers(plot: uPlot, { x }: Picture, { look, curve }: Line): void {
    plot.ctx.fillStyle = this.#paint[look.color]!;
    curve.raw.forEach((y, i) => {
      if (y === null || (i > 0 && x[i]! - x[i - 1]! < 1 && curve.raw[i - 1] === y)) return;
      const [left, top] = [plot.valToPos(x[i]!, "x", true), plot.valToPos(y, "y", true)];
      plot.ctx.beginPath();
      for (const [a, b] of outline(look.marker, left, top, 3 * uPlot.pxRatio)) {
        plot.ctx.lineTo(a, b);
      }
      plot.ctx.fill();
    });
  }

  #marks(plot: uPlot, marks: readonly Mark[]): void {
    const { ctx, bbox } = plot;
    const unit = uPlot.pxRatio;
    // Where the newest text of each row ends, so that none covers another.
    const ends = new Array<number>(ROWS).fill(-Infinity);
    ctx.font = `${11 * unit}px ${FAMILY}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ctx.lineWidth = unit;
    for (const { x, text, tone } of marks) {
      const left = Math.round(plot.valToPos(x, "x", true)) + 0.5;
      const width = ctx.measureText(text).width + 8 * unit;
      const start = Math.min(left + 3 * unit, bbox.left + bbox.width - width);
      const row = ends.findIndex((end) => end < start);
      ctx.strokeStyle = this.#paint[TONES[tone]]!;
      ctx.setLineDash(
        tone === "bad" ? [] : tone === "hand" ? [4 * unit, 3 * unit] : [unit, 3 * unit],
      );
      ctx.beginPath();
      ctx.moveTo(left, bbox.top);
      ctx.lineTo(left, bbox.top + bbox.height);
      ctx.stroke();
      if (row < 0 || !text) continue;
      ends[row] = start + width + 4 * unit;
      this.#label(ctx, text, start, bbox.top + (10 + 18 * row) * unit, width, tone);
    }
    ctx.setLineDash([]);
  }

  #label(
    ctx: CanvasRenderingContext2D,
    text: string,
    x: number,
    y: number,
    width: number,
    tone: Mark["tone"],
  ): void {
    const unit = uPlot.pxRatio;
    ctx.fillStyle = this.#paint["--dlw-surface"]!;
    ctx.globalAlpha = 0.88;
    ctx.fillRect(x, y - 8 * unit, width, 16 * unit);
    ctx.globalAlpha = 1;
    ctx.fillStyle = this.#paint[tone === "hand" ? "--dlw-ink" : TONES[tone]]!;
    ctx.fillText(text, x + 4 * unit, y);
  }
}
