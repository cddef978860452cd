/** The layer itself: padded input and output, on typed arrays. */

import { pools, type Setting } from "./setting.ts";
import { type Line, line } from "./size.ts";

/** Channels, then rows, then columns, the way torch lays them out. */
export interface Grid {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** The grid that the windows slide over, for lines that are already known. */
function spread(s: Setting, down: Line, across: Line, input: Float64Array): Float64Array {
  const [height, width] = s.size;
  const values = new Float64Array(s.in_channels * down.length * across.length);
  // The ring of a max pooling can never win.
  if (s.kind === "max") values.fill(-Infinity);
  const columns = across.source;
  for (let channel = 0; channel < s.in_channels; channel++) {
    for (let row = 0; row < down.length; row++) {
      const from = down.source[row]!;
      if (from < 0) continue;
      const to = (channel * down.length + row) * across.length;
      const start = (channel * height + from) * width;
      for (let column = 0; column < across.length; column++) {
        const source = columns[column]!;
        if (source >= 0) values[to + column] = input[start + source]!;
      }
    }
  }
  return values;
}

/**
 * The input with its ring, (C, rows, columns): zeros, or the values that the mode puts there, or
 * −Infinity for max pooling. Of a transposed convolution: the input with zeros put in between.
 */
export function padded(s: Setting, input: Float64Array): Float64Array {
  return spread(s, line(s, 0), line(s, 1), input);
}

/** The same with its measures. */
export function paddedGrid(s: Setting, input: Float64Array): Grid {
  const [down, across] = [line(s, 0), line(s, 1)];
  const values = spread(s, down, across, input);
  return { channels: s.in_channels, rows: down.length, columns: across.length, values };
}

/** Up to four taps of one kernel row over one output row; written out, because it is the inner loop. */
function sweep(
  out: Float64Array,
  o: number,
  count: number,
  grid: Float64Array,
  g: number,
  step: number,
  d: number,
  w: Float64Array,
  first: number,
  taps: number,
): void {
  const end = o + count;
  const w0 = w[first]!;
  const w1 = taps > 1 ? w[first + 1]! : 0;
  const w2 = taps > 2 ? w[first + 2]! : 0;
  const w3 = taps > 3 ? w[first + 3]! : 0;
  if (taps === 1) {
    for (; o < end; o++, g += step) out[o] = out[o]! + w0 * grid[g]!;
  } else if (taps === 2) {
    for (; o < end; o++, g += step) out[o] = out[o]! + w0 * grid[g]! + w1 * grid[g + d]!;
  } else if (taps === 3) {
    for (; o < end; o++, g += step) {
      out[o] = out[o]! + w0 * grid[g]! + w1 * grid[g + d]! + w2 * grid[g + 2 * d]!;
    }
  } else {
    for (; o < end; o++, g += step) {
      out[o] = out[o]! + w0 * grid[g]! + w1 * grid[g + d]! + w2 * grid[g + 2 * d]! +
        w3 * grid[g + 3 * d]!;
    }
  }
}

/** The kernel in the order in which its taps meet the grid: (out, in / groups, rows, columns). */
export function ordered(s: Setting, weight: Float64Array): Float64Array {
  if (s.kind !== "transposed") return weight;
  const [ins, outs] = [s.in_channels / s.groups, s.out_channels / s.groups];
  const cells = s.kernel_size[0] * s.kernel_size[1];
  const turned = new Float64Array(weight.length);
  for (let out = 0; out < s.out_channels; out++) {
    const group = Math.floor(out / outs);
    for (let i = 0; i < ins; i++) {
      const from = ((group * ins + i) * outs + (out % outs)) * cells;
      const to = (out * ins + i) * cells;
      // Turned by half a circle: the last cell comes first.
      for (let cell = 0; cell < cells; cell++) turned[to + cell] = weight[from + cells - 1 - cell]!;
    }
  }
  return turned;
}

function convolve(
  s: Setting,
  [down, across]: readonly [Line, Line],
  grid: Float64Array,
  kernel: Float64Array,
  out: Float64Array,
): void {
  const [ins, outs] = [s.in_channels / s.groups, s.out_channels / s.groups];
  const [height, width, taps] = [down.outputs, across.outputs, across.taps];
  for (let channel = 0; channel < s.out_channels; channel++) {
    const group = Math.floor(channel / outs);
    for (let row = 0; row < height; row++) {
      const o = (channel * height + row) * width;
      for (let i = 0; i < ins; i++) {
        for (let r = 0; r < down.taps; r++) {
          const at = (group * ins + i) * down.length + row * down.step + r * down.dilation;
          const w = ((channel * ins + i) * down.taps + r) * taps;
          for (let c = 0; c < taps; c += 4) {
            const g = at * across.length + c * across.dilation;
            const left = Math.min(4, taps - c);
            sweep(out, o, width, grid, g, across.step, across.dilation, kernel, w + c, left);
          }
        }
      }
    }
  }
}

/** How many cells of each window count for an average. */
export function counted(s: Setting, along: Line): Float64Array {
  return Float64Array.from({ length: along.outputs }, (_, o) => {
    let count = 0;
    for (let tap = 0; tap < along.taps; tap++) {
      const at = o * along.step + tap * along.dilation;
      if (at < along.length && (s.count_include_pad || along.source[at]! >= 0)) count++;
    }
    return count;
  });
}

/** Pooling goes along the rows, then down the columns: both maximum and sum can be split so. */
function pool(
  s: Setting,
  [down, across]: readonly [Line, Line],
  grid: Float64Array,
  out: Float64Array,
): void {
  const max = s.kind === "max";
  const half = new Float64Array(down.length * across.outputs);
  const [high, wide] = [max ? null : counted(s, down), max ? null : counted(s, across)];
  for (let channel = 0; channel < s.in_channels; channel++) {
    for (let row = 0; row < down.length; row++) {
      const from = (channel * down.length + row) * across.length;
      fold(max, across, grid, from, 1, half, row * across.outputs, 1);
    }
    const to = channel * down.outputs * across.outputs;
    for (let column = 0; column < across.outputs; column++) {
      fold(max, down, half, column, across.outputs, out, to + column, across.outputs);
    }
    if (high === null || wide === null) continue;
    for (let row = 0; row < down.outputs; row++) {
      for (let column = 0; column < across.outputs; column++) {
        // A window without a cell of its own stays 0, as in torch.
        const at = to + row * across.outputs + column;
        out[at] = out[at]! / Math.max(1, high[row]! * wide[column]!);
      }
    }
  }
}

/** Takes the maximum or the sum of each window along one line of cells. */
function fold(
  max: boolean,
  along: Line,
  from: Float64Array,
  start: number,
  stride: number,
  to: Float64Array,
  first: number,
  pace: number,
): void {
  for (let o = 0; o < along.outputs; o++) {
    let total = max ? -Infinity : 0;
    for (let tap = 0; tap < along.taps; tap++) {
      const at = o * along.step + tap * along.dilation;
      if (at >= along.length) break;
      const value = from[start + at * stride]!;
      // NaN wins, as in torch.
      if (!max) total += value;
      else if (value > total || Number.isNaN(value)) total = value;
    }
    to[first + o * pace] = total;
  }
}

/**
 * The output, (out, height, width): weights in torch's layout, `null` for no bias; pooling takes
 * neither. With the ReLU, where the setting has one.
 */
export function forward(
  s: Setting,
  input: Float64Array,
  weight: Float64Array,
  bias: Float64Array | null,
): Float64Array {
  const lines = [line(s, 0), line(s, 1)] as const;
  const grid = spread(s, ...lines, input);
  const cells = lines[0].outputs * lines[1].outputs;
  const out = new Float64Array((pools(s.kind) ? s.in_channels : s.out_channels) * cells);
  if (pools(s.kind)) {
    pool(s, lines, grid, out);
  } else {
    if (bias !== null) {
      bias.forEach((b, channel) => out.fill(b, channel * cells, channel * cells + cells));
    }
    convolve(s, lines, grid, ordered(s, weight), out);
  }
  if (s.relu) { for (let at = 0; at < out.length; at++) if (out[at]! < 0) out[at] = 0; }
  return out;
}
