/** Colours of signed values: one hue below zero, another above, the page's own colour at zero. */

import { colors } from "./theme.ts";

type Rgb = readonly [number, number, number];

/** What values look like; `broken` stands for NaN and infinities. */
export interface Palette {
  readonly negative: Rgb;
  readonly zero: Rgb;
  readonly positive: Rgb;
  readonly broken: Rgb;
}

/** Reads the palette as `element` sees it: the theme may change it. */
export function palette(element: Element): Palette {
  const names = ["--dlw-series-2", "--dlw-surface", "--dlw-series-1", "--dlw-bad"] as const;
  const found = colors(element, names);
  const [negative, zero, positive, broken] = names.map((name) => rgb(found[name]));
  return { negative: negative!, zero: zero!, positive: positive!, broken: broken! };
}

/** The numbers of a computed colour, `rgb(1, 2, 3)` or `color(srgb 0.1 0.2 0.3)`. */
export function rgb(text: string): Rgb {
  const numbers = (text.match(/[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  const factor = text.startsWith("color(") ? 255 : 1;
  return [0, 1, 2].map((i) => (numbers[i] ?? 0) * factor) as unknown as Rgb;
}

/** The colour of a value on a scale from `-scale` to `scale`; values beyond stand at its ends. */
export function shade(value: number, scale: number, look: Palette): Rgb {
  if (!Number.isFinite(value)) return look.broken;
  const part = scale > 0 ? Math.max(-1, Math.min(1, value / scale)) : 0;
  const end = part < 0 ? look.negative : look.positive;
  const share = Math.abs(part);
  return [0, 1, 2].map((i) => look.zero[i]! + share * (end[i]! - look.zero[i]!)) as unknown as Rgb;
}

/** Paints a map of values, one pixel each; CSS makes it as large as it is to be. */
export function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  [height, width]: readonly [number, number],
  scale: number,
  look: Palette,
): void {
  canvas.width = width;
  canvas.height = height;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    pixels.data.set(shade(values[i]!, scale, look), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
}
