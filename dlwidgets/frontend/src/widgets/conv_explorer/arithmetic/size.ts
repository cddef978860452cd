/** Sizes: the padding ring, the output, and what a stride that doesn't divide leaves out. */

import { type Axis, pools, type Setting, span } from "./setting.ts";

/** Cells added on each side of the input; below zero they are cut off. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The cells that one output cell looks at, in the coordinates of the padded grid. */
export interface Window {
  readonly top: number;
  readonly left: number;
  /** The last row that takes part; a window of `ceil_mode` ends with the padded grid. */
  readonly bottom: number;
  readonly right: number;
  readonly rows: number[];
  readonly columns: number[];
}

/**
 * One axis of a layer as a gather: output `o` reads the grid at `o * step + tap * dilation`. The
 * grid is the padded input; for a transposed convolution it is the input with `stride - 1` zeros
 * between its cells, and the kernel is read backwards.
 */
export interface Line {
  readonly before: number;
  readonly length: number;
  readonly step: number;
  readonly dilation: number;
  readonly taps: number;
  readonly outputs: number;
  readonly flipped: boolean;
  /** The input index of each cell of the grid, −1 where it is a zero of the ring or between. */
  readonly source: Int32Array;
}

/** Padding before and after, along one axis. */
export function around(s: Setting, axis: Axis): readonly [number, number] {
  if (s.padding === "valid") return [0, 0];
  if (s.padding !== "same") return [s.padding[axis], s.padding[axis]];
  // An odd total puts the extra cell behind (right, below), as torch does.
  const total = span(s, axis) - 1;
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** The padding on each side, resolved; of a transposed convolution: what is cut off its output. */
export function pads(s: Setting): Pads {
  const [top, bottom] = around(s, 0);
  const [left, right] = around(s, 1);
  return { top, bottom, left, right };
}

/** The length of the padded input along an axis. */
export function paddedLength(s: Setting, axis: Axis): number {
  const [before, after] = around(s, axis);
  return s.size[axis] + before + after;
}

function outputLength(s: Setting, axis: Axis): number {
  const step = s.stride[axis];
  if (s.kind === "transposed") {
    const [before, after] = around(s, axis);
    return (s.size[axis] - 1) * step - before - after + span(s, axis) + s.output_padding[axis];
  }
  const spare = paddedLength(s, axis) - span(s, axis);
  if (!s.ceil_mode || !pools(s.kind)) return Math.floor(spare / step) + 1;
  const count = Math.ceil(spare / step) + 1;
  // Torch drops a last window that would begin in the ring behind the input.
  return (count - 1) * step >= s.size[axis] + around(s, axis)[0] ? count - 1 : count;
}

/** Height and width of the output; meaningful for settings without problems. */
export function outputSize(s: Setting): readonly [number, number] {
  return [outputLength(s, 0), outputLength(s, 1)];
}

function left(s: Setting, axis: Axis): number {
  if (s.kind === "transposed") return 0;
  const reached = (outputLength(s, axis) - 1) * s.stride[axis] + span(s, axis);
  return Math.max(0, paddedLength(s, axis) - reached);
}

/** How many rows and columns at the end of the padded input no window reaches. */
export function leftOut(s: Setting): { rows: number; columns: number } {
  return { rows: left(s, 0), columns: left(s, 1) };
}

/** The input index that stands at `at` (counted from the first input cell), −1 for a zero. */
function mirrored(s: Setting, axis: Axis, at: number): number {
  const size = s.size[axis];
  if (at >= 0 && at < size) return at;
  if (s.padding_mode === "replicate") return at < 0 ? 0 : size - 1;
  if (s.padding_mode === "circular") return ((at % size) + size) % size;
  if (s.padding_mode === "reflect") return at < 0 ? -at : 2 * (size - 1) - at;
  return -1;
}

/** One axis of the layer as a gather, see `Line`. */
export function line(s: Setting, axis: Axis): Line {
  const shared = {
    dilation: s.dilation[axis],
    taps: s.kernel_size[axis],
    outputs: outputLength(s, axis),
  };
  if (s.kind !== "transposed") {
    const [before] = around(s, axis);
    const length = paddedLength(s, axis);
    const source = Int32Array.from({ length }, (_, at) => mirrored(s, axis, at - before));
    return { ...shared, before, length, step: s.stride[axis], flipped: false, source };
  }
  const stride = s.stride[axis];
  const before = span(s, axis) - 1 - around(s, axis)[0];
  const length = shared.outputs + span(s, axis) - 1;
  const source = new Int32Array(length).fill(-1);
  for (let index = 0; index < s.size[axis]; index++) {
    const at = before + index * stride;
    if (at >= 0 && at < length) source[at] = index;
  }
  return { ...shared, before, length, step: 1, flipped: true, source };
}

/** The places on the grid that output `o` reads; none beyond the grid's end. */
export function places(line: Line, o: number): number[] {
  const found: number[] = [];
  for (let tap = 0; tap < line.taps; tap++) {
    const at = o * line.step + tap * line.dilation;
    if (at < line.length) found.push(at);
  }
  return found;
}

/** The window of an output cell, in the coordinates of `padded` (or of `inserted`). */
export function window(s: Setting, out: { row: number; column: number }): Window {
  const rows = places(line(s, 0), out.row);
  const columns = places(line(s, 1), out.column);
  return {
    top: rows[0]!,
    left: columns[0]!,
    bottom: rows[rows.length - 1]!,
    right: columns[columns.length - 1]!,
    rows,
    columns,
  };
}
