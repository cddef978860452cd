/** The layer as one sparse matrix: y = W · x, and what it costs. */

import { terms } from "./links.ts";
import { CLASS, pools, type Setting } from "./setting.ts";
import { outputSize } from "./size.ts";

/** One number of the matrix that isn't zero by construction. */
export interface Entry {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** The (first) weight that stands here, in torch's flattened tensor; −1 for an average. */
  readonly weightIndex: number;
  /** All of them: a ring that repeats the input lets several weights meet the same cell. */
  readonly weightIndices: readonly number[];
}

/** Rows are the flattened output, columns the flattened input. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** By row, then by column. */
  readonly entries: readonly Entry[];
}

/** Parameters and multiply-adds of one image. */
export interface Cost {
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** The matrix of a linear layer, bias left out; its transpose is the transposed convolution. */
export function matrix(s: Setting, weight: Float64Array): Matrix {
  if (s.kind === "max") throw new TypeError(`${CLASS.max} is not linear: no matrix stands for it`);
  const [height, width] = outputSize(s);
  const channels = pools(s.kind) ? s.in_channels : s.out_channels;
  const nothing = new Float64Array(s.in_channels * s.size[0] * s.size[1]);
  const entries: Entry[] = [];
  for (let row = 0; row < channels * height * width; row++) {
    const cell = {
      channel: Math.floor(row / (height * width)),
      row: Math.floor(row / width) % height,
      column: row % width,
    };
    const found = new Map<number, { value: number; weightIndices: number[] }>();
    for (const { input, weight: value, weightIndex } of terms(s, cell, nothing, weight)) {
      if (input === null) continue;
      const column = (input.channel * s.size[0] + input.row) * s.size[1] + input.column;
      const entry = found.get(column);
      if (entry === undefined) found.set(column, { value, weightIndices: [weightIndex] });
      else {
        entry.value += value;
        entry.weightIndices.push(weightIndex);
      }
    }
    const sorted = [...found].sort(([a], [b]) => a - b);
    for (const [column, entry] of sorted) {
      entries.push({ row, column, ...entry, weightIndex: entry.weightIndices[0]! });
    }
  }
  return { rows: channels * height * width, columns: nothing.length, entries };
}

function cost(s: Setting): Cost {
  if (pools(s.kind)) return { parameters: 0, multiplyAdds: 0 };
  const kernel = s.kernel_size[0] * s.kernel_size[1];
  const weights = (s.in_channels * s.out_channels * kernel) / s.groups;
  const [height, width] = s.kind === "conv" ? outputSize(s) : s.size;
  return {
    parameters: weights + (s.bias ? s.out_channels : 0),
    multiplyAdds: weights * height * width,
  };
}

/**
 * What the layer costs, and the same without groups. One multiply-add for each weight at each place
 * of its window, the ring's zeros and what a transposed one cuts off included; pooling has none.
 */
export function counts(s: Setting): Cost & { ungrouped: Cost } {
  return { ...cost(s), ungrouped: cost({ ...s, groups: 1 }) };
}
