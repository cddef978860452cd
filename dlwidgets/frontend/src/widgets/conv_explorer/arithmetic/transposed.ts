/** Transposed convolution in its two views: scatter and add, or put zeros between and convolve. */

import { forward, type Grid, ordered, paddedGrid } from "./forward.ts";
import { type Cell, type Setting } from "./setting.ts";
import { outputSize } from "./size.ts";

/** What one input cell does: it lays the kernel, times its value, onto the output. */
export interface Scatter {
  readonly input: { readonly row: number; readonly column: number };
  /** The output row of each kernel row; outside 0 … height − 1 it is cut off by the padding. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** The same layer as a plain convolution (stride 1, no padding) over a grid with zeros between. */
export interface Inserted extends Grid {
  /** For each grid cell of one channel, the input cell (row × width + column) there, or −1. */
  readonly source: Int32Array;
  /** The kernel turned by half a circle, in the layout of `nn.Conv2d`. */
  readonly kernel: Float64Array;
  /** The plain convolution: `forward(plain, values, kernel, bias)` is the output. */
  readonly plain: Setting;
}

function only(s: Setting): void {
  if (s.kind !== "transposed") throw new TypeError(`expected a transposed setting, got ${s.kind}`);
}

/** One step for each input cell, in reading order. */
export function scatterSteps(s: Setting): Scatter[] {
  only(s);
  const [top, left] = s.padding as readonly [number, number];
  const lands = (index: number, stride: number, taps: number, dilation: number, cut: number) =>
    Array.from({ length: taps }, (_, tap) => index * stride + tap * dilation - cut);
  const steps: Scatter[] = [];
  for (let row = 0; row < s.size[0]; row++) {
    const rows = lands(row, s.stride[0], s.kernel_size[0], s.dilation[0], top);
    for (let column = 0; column < s.size[1]; column++) {
      const columns = lands(column, s.stride[1], s.kernel_size[1], s.dilation[1], left);
      steps.push({ input: { row, column }, rows, columns });
    }
  }
  return steps;
}

/** The output after the first `count` steps, bias included from the start, ReLU left out. */
export function scattered(
  s: Setting,
  input: Float64Array,
  weight: Float64Array,
  bias: Float64Array | null,
  count: number,
): Float64Array {
  only(s);
  // What has not been laid down yet counts as zero.
  const cells = s.size[0] * s.size[1];
  const so = input.map((value, index) => index % cells < count ? value : 0);
  return forward({ ...s, relu: false }, so, weight, bias);
}

/** Zeros between and around the input, and the turned kernel. */
export function inserted(s: Setting, input: Float64Array, weight: Float64Array): Inserted {
  only(s);
  const grid = paddedGrid(s, input);
  const places = Float64Array.from({ length: s.size[0] * s.size[1] }, (_, index) => index + 1);
  const source = paddedGrid({ ...s, in_channels: 1, out_channels: 1, groups: 1 }, places).values;
  return {
    ...grid,
    source: Int32Array.from(source, (place) => place - 1),
    kernel: ordered(s, weight),
    plain: {
      ...s,
      kind: "conv",
      stride: [1, 1],
      padding: [0, 0],
      output_padding: [0, 0],
      size: [grid.rows, grid.columns],
    },
  };
}

/** How many input cells add to each output cell, (height, width): uneven counts make a checkerboard. */
export function overlaps(s: Setting): Float64Array {
  const [height, width] = outputSize(s);
  const found = new Float64Array(height * width);
  for (const { rows, columns } of scatterSteps(s)) {
    for (const row of rows) {
      for (const column of columns) {
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        if (inside) found[row * width + column]! += 1;
      }
    }
  }
  return found;
}

/** The outputs that a step adds to, of one output channel; what is cut off is left out. */
export function landed(s: Setting, step: Scatter, channel: number): Cell[] {
  const [height, width] = outputSize(s);
  return step.rows.filter((row) => row >= 0 && row < height).flatMap((row) =>
    step.columns.filter((column) => column >= 0 && column < width)
      .map((column) => ({ channel, row, column }))
  );
}
