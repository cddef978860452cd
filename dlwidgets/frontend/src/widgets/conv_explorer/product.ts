/** Whether the matrix does what the layer does. Pure functions. */

import { forward, type Matrix, numeric, type Setting } from "./arithmetic/mod.ts";
import type { Picture } from "./picture.ts";

/** How far W · x (and bias) is from the output. */
export function product(now: Picture, W: Matrix): number {
  const found = new Float64Array(W.rows);
  for (const { row, column, value } of W.entries) found[row]! += value * now.input[column]!;
  const cells = now.size[0] * now.size[1];
  return apart(found, now.before, (at) => now.setting.bias ? now.bias[Math.floor(at / cells)]! : 0);
}

/**
 * How far Wᵀ · y is from the layer that goes the other way with the same weights; `null` where
 * torch has no such layer: pooling, rings that repeat the input, uneven padding.
 */
export function back(now: Picture, W: Matrix): number | null {
  const other = reverse(now);
  if (!other) return null;
  const found = new Float64Array(W.columns);
  for (const { row, column, value } of W.entries) found[column]! += value * now.before[row]!;
  return apart(found, forward(other, now.before, now.weight, null), () => 0);
}

/** The transposed convolution of a convolution, and the other way round, with the same weights. */
function reverse({ setting: s, size }: Picture): Setting | null {
  if (s.kind === "avg" || s.kind === "max" || s.padding_mode !== "zeros") return null;
  if (s.padding === "same") return null;
  const padding = numeric(s);
  const over = (axis: 0 | 1): number =>
    (s.size[axis] + 2 * padding[axis] - s.dilation[axis] * (s.kernel_size[axis] - 1) - 1) %
    s.stride[axis];
  const conv = s.kind === "conv";
  return {
    ...s,
    kind: conv ? "transposed" : "conv",
    in_channels: s.out_channels,
    out_channels: s.in_channels,
    padding,
    bias: false,
    relu: false,
    size,
    output_padding: conv ? [over(0), over(1)] : [0, 0],
  };
}

function apart(a: Float64Array, b: Float64Array, more: (at: number) => number): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value + more(at) - b[at]!)), 0);
}
