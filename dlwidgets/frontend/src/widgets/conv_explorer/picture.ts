/** All numbers on screen, computed from a setting and the numbers of its layer. */

import {
  type Cell,
  forward,
  type Line,
  line,
  outputSize,
  paddedGrid,
  type Pair,
  pools,
  type Setting,
} from "./arithmetic/mod.ts";
import type { Held } from "./resize.ts";

/** A setting that torch accepts, with its numbers and what they give. */
export interface Picture extends Held {
  /** The grid that windows slide over: with its ring, or with zeros in between. */
  readonly grid: { readonly rows: number; readonly columns: number; readonly values: Float64Array };
  readonly lines: readonly [Line, Line];
  readonly outputs: number;
  readonly size: Pair;
  /** The output before a ReLU. */
  readonly before: Float64Array;
  readonly output: Float64Array;
}

/** The channels that a layer puts out. */
export function outputsOf(s: Setting): number {
  return pools(s.kind) ? s.in_channels : s.out_channels;
}

/** Computes everything. */
export function picture(held: Held): Picture {
  const { setting: s, input, weight, bias } = held;
  const before = forward({ ...s, relu: false }, input, weight, s.bias ? bias : null);
  return {
    ...held,
    grid: paddedGrid(s, input),
    lines: [line(s, 0), line(s, 1)],
    outputs: outputsOf(s),
    size: outputSize(s),
    before,
    output: s.relu ? before.map((value) => (value < 0 ? 0 : value)) : before,
  };
}

/** The output cell at a place on the timeline. */
export function cellAt({ size: [height, width] }: Picture, position: number): Cell {
  return {
    channel: Math.floor(position / (height * width)),
    row: Math.floor(position / width) % height,
    column: position % width,
  };
}

/** The place of an output cell on the timeline. */
export function placeOf({ size: [height, width] }: Picture, cell: Cell): number {
  return (cell.channel * height + cell.row) * width + cell.column;
}

/** Whether two arrays hold the same numbers, as far as float32 can tell. */
export function equal(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at] && !Object.is(Math.fround(a[at]!), Math.fround(b[at]!))) return false;
  }
  return true;
}
