/** Inputs and kernels that are one click away. Pure functions: no page, no kernel. */

import type { Pair } from "./arithmetic/mod.ts";

/** Makes the values of an input, (channels, height, width). */
export type Maker = (channels: number, size: Pair, seed: number) => Float64Array;

/** The book's figure 6-3: with the kernel of that figure its first output is 4. */
const FIGURE = [
  [1, 1, 1, 0, 0],
  [0, 1, 1, 1, 0],
  [0, 0, 1, 1, 1],
  [0, 0, 1, 1, 0],
  [0, 1, 1, 0, 0],
];

function made(cell: (channel: number, row: number, column: number, size: Pair) => number): Maker {
  return (channels, size) => {
    const [height, width] = size;
    return Float64Array.from({ length: channels * height * width }, (_, at) => {
      const channel = Math.floor(at / (height * width));
      return cell(channel, Math.floor(at / width) % height, at % width, size);
    });
  };
}

/** A sequence of numbers in [0, 1) that is the same in every browser (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A scene drawn by a formula: sky, hill, sun and a fence, in shades from 0 to 255. */
function scene(channel: number, row: number, column: number, [height, width]: Pair): number {
  const [y, x] = [(row + 0.5) / height, (column + 0.5) / width];
  const hill = 0.62 - 0.14 * Math.sin(3.4 * x + 0.4) - 0.05 * Math.sin(9 * x);
  const sun = (x - 0.72) ** 2 + (y - 0.24) ** 2 < 0.016;
  const fence = y > 0.74 && y < 0.92 && (x * 9) % 1 < 0.34;
  const shades = fence
    ? [236, 228, 210]
    : sun
    ? [255, 214, 92]
    : y > hill
    ? [70 - 30 * y, 150 - 60 * y, 66]
    : [120 + 90 * y, 168 + 60 * y, 236];
  return Math.round(shades[channel % 3]!);
}

/** The inputs by name. */
export const INPUTS = {
  figure: made((channel, row, column) => FIGURE[(row + channel) % 5]![(column + 2 * channel) % 5]!),
  count: made((channel, row, column, [height, width]) => (channel * height + row) * width + column),
  edge: made((channel, row, column, [height, width]) =>
    channel % 2 === 0 ? (column < width / 2 ? 10 : 0) : row < height / 2 ? 10 : 0
  ),
  random: (channels, [height, width], seed) => {
    const next = dice(seed);
    return Float64Array.from({ length: channels * height * width }, () => Math.floor(10 * next()));
  },
  scene: made(scene),
} satisfies Record<string, Maker>;

export type InputName = keyof typeof INPUTS;

/** The size that a preset takes where the present one does not suit it. */
export const SIZES: Partial<Record<InputName, Pair>> = { scene: [96, 128] };

/** The book's filters (6.2.1) and their relatives, 3 × 3. */
export const KERNELS = {
  cross: [1, 0, 1, 0, 1, 0, 1, 0, 1],
  vertical: [1, 0, -1, 1, 0, -1, 1, 0, -1],
  horizontal: [1, 1, 1, 0, 0, 0, -1, -1, -1],
  sobel_x: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  sobel_y: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  blur: Array.from({ length: 9 }, () => 1 / 9),
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
} satisfies Record<string, number[]>;

export type KernelName = keyof typeof KERNELS;

/** What new kernel planes hold, in turn, so that channels differ from each other. */
const TURNS: readonly KernelName[] = [
  "cross",
  "vertical",
  "horizontal",
  "sharpen",
  "blur",
  "emboss",
  "sobel_x",
  "sobel_y",
  "identity",
];

/** A plane of any size with a 3 × 3 filter in its middle; what does not fit is cut off. */
export function plane(name: KernelName, size: Pair): Float64Array {
  return centred(Float64Array.from(KERNELS[name]), [3, 3], size);
}

/** The plane that stands in output channel `out` until somebody sets it. */
export function usual(out: number, size: Pair): Float64Array {
  return plane(TURNS[out % TURNS.length]!, size);
}

/** Whole numbers from −2 to 2. */
export function randomPlane(size: Pair, seed: number): Float64Array {
  const next = dice(seed);
  return Float64Array.from({ length: size[0] * size[1] }, () => Math.floor(5 * next()) - 2);
}

/** A plane laid on the middle of another of zeros, so that a kernel keeps its meaning. */
export function centred(values: Float64Array, from: Pair, to: Pair): Float64Array {
  const found = new Float64Array(to[0] * to[1]);
  const [down, across] = [
    Math.floor(to[0] / 2) - Math.floor(from[0] / 2),
    Math.floor(to[1] / 2) - Math.floor(from[1] / 2),
  ];
  for (let row = 0; row < from[0]; row++) {
    for (let column = 0; column < from[1]; column++) {
      const [r, c] = [row + down, column + across];
      if (r < 0 || r >= to[0] || c < 0 || c >= to[1]) continue;
      found[r * to[1] + c] = values[row * from[1] + column]!;
    }
  }
  return found;
}
