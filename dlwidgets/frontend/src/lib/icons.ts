/** Small pictures beside texts; they say nothing that the text does not. */

import { svg } from "./dom.ts";

const PATHS = {
  pause: "M2.5 1.5h2.6v9H2.5zM6.9 1.5h2.6v9H6.9z",
  play: "M2.8 1.2 10.4 6 2.8 10.8z",
  step: "M1.6 1.6 7 6l-5.4 4.4zM8.2 1.6h2.2v8.8H8.2z",
  back: "M10.4 1.6 5 6l5.4 4.4zM1.6 1.6h2.2v8.8H1.6z",
  stop: "M2 2h8v8H2z",
  done: "M4.6 10.3.9 6.6l1.5-1.5 2.2 2.2 5-5.1 1.5 1.5z",
  warn: "M6 .8 11.7 11H.3zM5.4 4.4v3.2h1.2V4.4zm0 4.1v1.2h1.2V8.5z",
  cross: "M2.4 1 6 4.6 9.6 1 11 2.4 7.4 6 11 9.6 9.6 11 6 7.4 2.4 11 1 9.6 4.6 6 1 2.4z",
  ring: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z",
  hand: "M1 5.2h6.2V2L11 6 7.2 10V6.8H1z",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  const path = svg("path", { d: PATHS[name], fill: "currentColor", "fill-rule": "evenodd" });
  return svg(
    "svg",
    { class: "dlw-icon", viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" },
    path,
  );
}
