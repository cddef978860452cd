/** Pictures of `--show`, with a slider through time. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { look } from "../../lib/palette.ts";
import type { Context, Part } from "./part.ts";
import type { Picture } from "./session.ts";

interface Reel {
  readonly el: HTMLElement;
  update(pictures: readonly Picture[]): void;
}

/** One reel a name; nothing at all while there are no pictures. */
export function frames(context: Context): Part {
  const { session, text } = context;
  const el = h("section", { class: "dlw-tm-frames", "aria-label": text.frames });
  const reels = new Map<string, Reel>();
  return {
    el,
    update() {
      el.hidden = session.pictures.size === 0;
      for (const [name, pictures] of session.pictures) {
        let reel = reels.get(name);
        if (!reel) {
          reel = makeReel(context, name);
          reels.set(name, reel);
          el.append(reel.el);
        }
        reel.update(pictures);
      }
    },
  };
}

function makeReel(context: Context, name: string): Reel {
  const { bin, session, text } = context;
  const place = h("div", { class: "dlw-tm-picture" });
  const caption = h("span", { class: "dlw-tm-small" });
  const range = { type: "range", min: 0, step: 1, class: "dlw-range" };
  const slider = h("input", { ...range, "aria-label": text.frameOf(name) });
  const title = h("figcaption", {}, h("b", { title: name }, name), caption);
  // The step that the user went back to; while null the newest picture is shown.
  let chosen: number | null = null;
  let shown: Picture | null = null;
  let held: readonly Picture[] = [];
  bin.listen(slider, "input", () => {
    const index = Number(slider.value);
    chosen = index >= held.length - 1 ? null : held[index]!.step;
    session.changed();
  });
  return {
    el: h("figure", { class: "dlw-tm-reel" }, title, place, slider),
    update(pictures) {
      held = pictures;
      const found = pictures.findIndex((picture) => picture.step === chosen);
      if (found < 0) chosen = null;
      const index = found < 0 ? pictures.length - 1 : found;
      const picture = pictures[index]!;
      slider.max = String(Math.max(1, pictures.length - 1));
      slider.value = pictures.length === 1 ? "1" : String(index);
      slider.disabled = pictures.length === 1;
      const step = count(picture.step);
      mark(slider, "aria-valuetext", text.frameAt(step));
      say(caption, text.frameAt(step));
      if (picture !== shown) place.replaceChildren(drawing(picture, text.frameImage(name, step)));
      shown = picture;
    },
  };
}

function drawing(picture: Picture, label: string): HTMLElement {
  const el = picture.kind === "image" ? image(picture) : curves(picture);
  mark(el, "role", "img");
  mark(el, "aria-label", label);
  return el;
}

function image({ shape, values }: Picture): HTMLCanvasElement {
  const [height, width] = [shape[0]!, shape[1]!];
  const channels = shape[2] ?? 1;
  const canvas = h("canvas", { width, height });
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = values[channels * i + c % channels]!;
    pixels.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}

function curves({ shape, values }: Picture): HTMLElement {
  const [many, length] = [shape[0]!, shape[1]!];
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const scale = (value: number): number => high > low ? 96 * (high - value) / (high - low) + 2 : 50;
  const paths = Array.from({ length: many }, (_, c) => {
    let [d, pen] = ["", "M"];
    for (let i = 0; i < length; i++) {
      const value = values[c * length + i]!;
      if (Number.isFinite(value)) {
        d += `${pen}${(200 * i / Math.max(1, length - 1)).toFixed(2)} ${scale(value).toFixed(2)}`;
      }
      pen = Number.isFinite(value) ? "L" : "M";
    }
    const { color, dash } = look(c);
    return svg("path", { d, style: `stroke: var(${color})`, "stroke-dasharray": dash.join(" ") });
  });
  const drawing = svg("svg", { viewBox: "0 0 200 100", preserveAspectRatio: "none" }, ...paths);
  const ends = finite.length > 0 ? [quantity(high, 3), quantity(low, 3)] : ["–", "–"];
  const axis = h("div", { class: "dlw-tm-ends" }, ...ends.map((end) => h("span", {}, end)));
  return h("div", { class: "dlw-tm-curves" }, axis, drawing as unknown as Node);
}
