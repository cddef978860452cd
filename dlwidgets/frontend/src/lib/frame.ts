/** A titled chart over uPlot, with a second canvas above it for what changes while dragging. */

import uPlot from "uplot";
import { INK } from "./axes.ts";
import type { Disposer } from "./dispose.ts";
import { h } from "./dom.ts";
import { colors, onTheme } from "./theme.ts";

export type Paint = Readonly<Record<string, string>>;

/** What a chart is made of; `still` is drawn anew when `key` changes, `moving` with each run. */
export interface Chart {
  readonly title: string;
  readonly label: string;
  readonly note?: string;
  /** CSS variables of the colours that it uses beside those of the frame. */
  readonly colors: readonly string[];
  key(): string;
  /** Another version, other data in the same picture: cheaper than to draw all anew. */
  version?(): string;
  options(paint: Paint): Omit<uPlot.Options, "width" | "height">;
  data(): uPlot.AlignedData;
  moving(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint): void;
  /** The pointer is here, in the units of the axes, with a button down. */
  drag?(x: number, plot: uPlot): void;
}

/** The chart as a part of the page. */
export function frame(bin: Disposer, chart: Chart): { el: HTMLElement; update(): void } {
  const stand = h("div", { class: "dlw-chart-canvas", role: "img", "aria-label": chart.label });
  const title = h("h3", {}, chart.title, ...(chart.note ? [h("small", {}, chart.note)] : []));
  const over = h("canvas", { class: "dlw-chart-over" });
  let plot: uPlot | null = null;
  let paint: Paint = {};
  let [width, height, key, version] = [0, 0, "", ""];

  const move = (): void => {
    if (!plot) return;
    const ctx = over.getContext("2d")!;
    const unit = devicePixelRatio;
    const { clientWidth, clientHeight } = plot.over;
    over.width = clientWidth * unit;
    over.height = clientHeight * unit;
    ctx.scale(unit, unit);
    chart.moving(plot, ctx, paint);
  };
  const still = (): void => {
    plot?.destroy();
    plot = null;
    if (width < 60 || height < 60) return;
    paint = colors(stand, [...INK, "--dlw-accent", ...new Set(chart.colors)]);
    const chosen = chart.options(paint);
    const options = {
      ...chosen,
      padding: [8, 12, 0, 0] as uPlot.Padding,
      legend: { show: false },
      cursor: { show: false },
      // Only then does uPlot know where values stand.
      hooks: { ...chosen.hooks, ready: [bin.guard(move)], setSize: [bin.guard(move)] },
    };
    plot = new uPlot({ ...options, width, height }, chart.data(), stand);
    plot.over.append(over);
    key = chart.key();
    version = chart.version?.() ?? "";
  };
  bin.resized(stand, (w, h) => {
    [width, height] = [Math.floor(w), Math.floor(h)];
    still();
  });
  onTheme(bin, still);
  bin.add(() => plot?.destroy());
  if (chart.drag) {
    const { drag } = chart;
    const at = (event: PointerEvent): void => {
      if (!plot || event.buttons !== 1) return;
      const box = plot.over.getBoundingClientRect();
      drag(plot.posToVal(event.clientX - box.left, "x"), plot);
    };
    bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
      stand.setPointerCapture(event.pointerId);
      at(event);
    });
    bin.listen<PointerEvent>(stand, "pointermove", at);
  }
  return {
    el: h("section", { class: "dlw-chart" }, title, stand),
    update() {
      if (!plot || chart.key() !== key) return still();
      const now = chart.version?.() ?? "";
      if (now !== version) plot.setData(chart.data());
      version = now;
      move();
    },
  };
}
