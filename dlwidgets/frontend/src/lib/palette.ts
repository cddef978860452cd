/** How curves are told apart: by colour, and by dash and marker for those who see few colours. */

import { svg } from "./dom.ts";

export type Marker = "circle" | "square" | "triangle" | "diamond";

/** The look of a curve. `color` is the number of a CSS variable, `--dlw-series-1` and so on. */
export interface Look {
  readonly color: string;
  readonly dash: readonly number[];
  readonly marker: Marker;
}

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [
  5,
  2,
  2,
  2,
  2,
  2,
]];
const MARKERS: readonly Marker[] = ["circle", "square", "triangle", "diamond"];
const COLORS = 6;

/** The look of curve number `index`; the first sixty differ from each other. */
export function look(index: number): Look {
  return {
    color: `--dlw-series-${(index % COLORS) + 1}`,
    dash: DASHES[index % DASHES.length]!,
    marker: MARKERS[index % MARKERS.length]!,
  };
}

/** The outline of a marker around a point. */
export function outline(marker: Marker, x: number, y: number, r: number): [number, number][] {
  if (marker === "square") return [[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]];
  if (marker === "triangle") return [[x, y - 1.2 * r], [x + 1.2 * r, y + r], [x - 1.2 * r, y + r]];
  if (marker === "diamond") {
    return [[x, y - 1.4 * r], [x + 1.4 * r, y], [x, y + 1.4 * r], [x - 1.4 * r, y]];
  }
  return Array.from({ length: 12 }, (_, i) => {
    const angle = (i * Math.PI) / 6;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
}

/** A small sample of a look, for legends. */
export function swatch({ color, dash, marker }: Look): SVGSVGElement {
  const points = outline(marker, 12, 5, 2.6).map((point) => point.map((n) => n.toFixed(2))).join(
    " ",
  );
  return svg(
    "svg",
    {
      class: "dlw-swatch",
      width: 24,
      height: 10,
      "aria-hidden": "true",
      style: `color: var(${color})`,
    },
    svg("line", {
      x1: 0,
      x2: 24,
      y1: 5,
      y2: 5,
      stroke: "currentColor",
      "stroke-width": 2,
      "stroke-dasharray": dash.join(" ") || undefined,
    }),
    svg("polygon", { points, fill: "currentColor" }),
  );
}
