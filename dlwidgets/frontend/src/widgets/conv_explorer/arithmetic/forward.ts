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

/**
 * Up to four taps of a kernel row over one output row whose cells lie side by side. Written out, so
 * that weights and cells stay in registers and each cell is read once: this is the inner loop, and
 * more than twice as fast as the plain one (measured).
 */
function slide(
  out: Float64Array,
  o: number,
  count: number,
  grid: Float64Array,
  g: number,
  weight: Float64Array,
  w: number,
  taps: number,
): void {
  const end = o + count;
  const w0 = weight[w]!;
  const w1 = taps > 1 ? weight[w + 1]! : 0;
  const w2 = taps > 2 ? weight[w + 2]! : 0;
  if (taps === 1) {
    for (; o < end; o++, g++) out[o] = out[o]! + w0 * grid[g]!;
  } else if (taps === 2) {
    for (let x0 = grid[g]!; o < end; o++, g++) {
      const x1 = grid[g + 1]!;
      out[o] = out[o]! + w0 * x0 + w1 * x1;
      x0 = x1;
    }
  } else if (taps === 3) {
    for (let x0 = grid[g]!, x1 = grid[g + 1]!; o < end; o++, g++) {
      const x2 = grid[g + 2]!;
      out[o] = out[o]! + w0 * x0 + w1 * x1 + w2 * x2;
      x0 = x1;
      x1 = x2;
    }
  } else {
    const w3 = weight[w + 3]!;
    for (let x0 = grid[g]!, x1 = grid[g + 1]!, x2 = grid[g + 2]!; o < end; o++, g++) {
      const x3 = grid[g + 3]!;
      out[o] = out[o]! + (w0 * x0 + w1 * x1) + (w2 * x2 + w3 * x3);
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}

/** One kernel row over one output row, with any stride and dilation. */
function stride(
  out: Float64Array,
  o: number,
  count: number,
  grid: Float64Array,
  g: number,
  step: number,
  dilation: number,
  weight: Float64Array,
  w: number,
  taps: number,
): void {
  for (const end = o + count; o < end; o++, g += step) {
    let sum = out[o]!;
    for (let tap = 0, at = g; tap < taps; tap++, at += dilation) {
      sum += weight[w + tap]! * grid[at]!;
    }
    out[o] = sum;
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
  const plain = across.step === 1 && across.dilation === 1;
  for (let channel = 0; channel < s.out_channels; channel++) {
    const group = Math.floor(channel / outs);
    for (let row = 0; row < height; row++) {
      const o = (channel * height + row) * width;
      for (let i = 0; i < ins; i++) {
        for (let r = 0; r < down.taps; r++) {
          const at = (group * ins + i) * down.length + row * down.step + r * down.dilation;
          const g = at * across.length;
          const w = ((channel * ins + i) * down.taps + r) * taps;
          if (!plain) {
            stride(out, o, width, grid, g, across.step, across.dilation, kernel, w, taps);
            continue;
          }
          for (let c = 0; c < taps; c += 4) {
            slide(out, o, width, grid, g + c, kernel, w + c, Math.min(4, taps - c));
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

/** Takes into `to` what `from` holds: the larger of each pair (NaN wins, as in torch), or the sum. */
function take(
  max: boolean,
  to: Float64Array,
  first: number,
  count: number,
  from: Float64Array,
  start: number,
  step: number,
): void {
  const end = first + count;
  if (max) {
    for (let o = first, at = start; o < end; o++, at += step) to[o] = Math.max(to[o]!, from[at]!);
  } else {
    for (let o = first, at = start; o < end; o++, at += step) to[o]! += from[at]!;
  }
}

/** How many outputs have their tap within the grid: `ceil_mode` lets the last windows stick out. */
function within(along: Line, tap: number): number {
  const last = Math.floor((along.length - 1 - tap * along.dilation) / along.step);
  return Math.min(along.outputs, last + 1);
}

/** Pooling goes along the rows, then down the columns: both maximum and sum can be split so. */
function pool(
  s: Setting,
  [down, across]: readonly [Line, Line],
  grid: Float64Array,
  out: Float64Array,
): void {
  const max = s.kind === "max";
  const width = across.outputs;
  const half = new Float64Array(s.in_channels * down.length * width);
  if (max) out.fill(-Infinity);
  if (max) half.fill(-Infinity);
  for (let row = 0; row < s.in_channels * down.length; row++) {
    for (let tap = 0; tap < across.taps; tap++) {
      const start = row * across.length + tap * across.dilation;
      take(max, half, row * width, within(across, tap), grid, start, across.step);
    }
  }
  for (let channel = 0; channel < s.in_channels; channel++) {
    for (let tap = 0; tap < down.taps; tap++) {
      for (let row = 0; row < within(down, tap); row++) {
        const at = channel * down.length + row * down.step + tap * down.dilation;
        take(max, out, (channel * down.outputs + row) * width, width, half, at * width, 1);
      }
    }
  }
  if (!max) average(s, [down, across], out);
}

/** Divides sums by how many cells count. */
function average(s: Setting, [down, across]: readonly [Line, Line], sums: Float64Array): void {
  const [high, wide] = [counted(s, down), counted(s, across)];
  for (let at = 0; at < sums.length; at++) {
    const row = Math.floor(at / across.outputs) % down.outputs;
    // A window without a cell of its own stays 0, as in torch.
    sums[at] = sums[at]! / Math.max(1, high[row]! * wide[at % across.outputs]!);
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
