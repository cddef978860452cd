/** Keeps input, kernel and bias in the shape that a setting needs. Pure functions. */

import { type Pair, pools, type Setting, weightIndex } from "./arithmetic/mod.ts";
import { centred, usual } from "./presets.ts";

/** The numbers of a layer, in torch's layout. */
export interface Numbers {
  readonly input: Float64Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Numbers and the setting that they are for. */
export interface Held extends Numbers {
  readonly setting: Setting;
}

/**
 * The same numbers for another setting: inputs are cut off or continued with zeros at the lower
 * right, channels repeat, kernels grow and shrink around their middle.
 */
export function fitted(held: Held, to: Setting): Numbers {
  return { input: fitInput(held, to), weight: fitWeight(held, to), bias: fitBias(held, to) };
}

function fitInput({ setting: from, input }: Held, to: Setting): Float64Array {
  if (from.in_channels === to.in_channels && String(from.size) === String(to.size)) return input;
  const [height, width] = to.size;
  return Float64Array.from({ length: to.in_channels * height * width }, (_, at) => {
    const channel = Math.floor(at / (height * width)) % from.in_channels;
    const [row, column] = [Math.floor(at / width) % height, at % width];
    if (row >= from.size[0] || column >= from.size[1]) return 0;
    return input[(channel * from.size[0] + row) * from.size[1] + column]!;
  });
}

/** Whether two settings have weights of the same shape and order. */
function alike(a: Setting, b: Setting): boolean {
  const key = (s: Setting): string =>
    String([s.kind, s.in_channels, s.out_channels, s.groups, s.kernel_size]);
  return key(a) === key(b);
}

function fitWeight({ setting: from, weight }: Held, to: Setting): Float64Array {
  if (pools(to.kind)) return new Float64Array(0);
  if (alike(from, to)) return weight;
  const cells = to.kernel_size[0] * to.kernel_size[1];
  const ins = to.in_channels / to.groups;
  const found = new Float64Array(to.out_channels * ins * cells);
  for (let out = 0; out < to.out_channels; out++) {
    for (let i = 0; i < ins; i++) {
      const channel = Math.floor(out / (to.out_channels / to.groups)) * ins + i;
      const values = heldPlane(from, weight, out, i, to.kernel_size) ?? usual(out, to.kernel_size);
      found.set(values, weightIndex(to, { out, in: channel, row: 0, column: 0 }));
    }
  }
  return found;
}

/** The plane of an output channel and the `i`-th input channel of its group, if there was one. */
function heldPlane(
  from: Setting,
  weight: Float64Array,
  out: number,
  i: number,
  size: Pair,
): Float64Array | null {
  if (pools(from.kind) || out >= from.out_channels) return null;
  const ins = from.in_channels / from.groups;
  const channel = Math.floor(out / (from.out_channels / from.groups)) * ins + (i % ins);
  const at = weightIndex(from, { out, in: channel, row: 0, column: 0 });
  const cells = from.kernel_size[0] * from.kernel_size[1];
  return centred(weight.subarray(at, at + cells), from.kernel_size, size);
}

function fitBias({ setting: from, bias }: Held, to: Setting): Float64Array {
  if (pools(to.kind) || !to.bias) return new Float64Array(0);
  if (from.bias && bias.length === to.out_channels) return bias;
  return Float64Array.from({ length: to.out_channels }, (_, out) => bias[out] ?? 0);
}
