/** Which cells belong together: the terms of an output, what an input feeds, where a weight works. */

import { counted } from "./forward.ts";
import { type Axis, type Cell, pools, type Setting } from "./setting.ts";
import { type Line, line } from "./size.ts";

/** One product of the sum that makes an output cell. */
export interface Term {
  /** The input cell it reads; `null` for a zero (or −Infinity) of the ring. */
  readonly input: Cell | null;
  /** Whether it is read from the padding ring, whatever stands there. */
  readonly ring: boolean;
  readonly value: number;
  /** The weight; of an average 1 / how many cells count, of a maximum 1. */
  readonly weight: number;
  /** Where the weight stands in the weight tensor, flattened; −1 for pooling, which has none. */
  readonly weightIndex: number;
  readonly product: number;
  /** Whether a max pooling takes this one (the first of equals; NaN beats all, as in torch). */
  readonly winner: boolean;
}

/** A weight by its channels, counted over all groups, and its place in the kernel. */
export interface Tap {
  readonly out: number;
  readonly in: number;
  readonly row: number;
  readonly column: number;
}

/** An output cell and the input cell (`null` for a zero of the ring) that one weight joins. */
export interface Use {
  readonly input: Cell | null;
  readonly output: Cell;
}

/** A place along one axis where the window of an output touches the grid. */
interface Touch {
  /** The kernel index in torch's order. */
  readonly tap: number;
  /** The input index, −1 for a zero of the ring. */
  readonly source: number;
  readonly ring: boolean;
}

/** What output `o` reads along one axis; the zeros between the cells of a transposed one are none. */
function touches(s: Setting, axis: Axis, along: Line, o: number): Touch[] {
  const found: Touch[] = [];
  for (let tap = 0; tap < along.taps; tap++) {
    const at = o * along.step + tap * along.dilation;
    if (at >= along.length) break;
    const source = along.source[at]!;
    if (!along.flipped) {
      const ring = at < along.before || at >= along.before + s.size[axis];
      found.push({ tap, source, ring });
    } else if (source >= 0) found.push({ tap: along.taps - 1 - tap, source, ring: false });
  }
  return found;
}

/** The channels of the input that reach an output channel. */
export function channelsOf(s: Setting, out: number): number[] {
  if (pools(s.kind)) return [out];
  const size = s.in_channels / s.groups;
  const first = Math.floor(out / (s.out_channels / s.groups)) * size;
  return Array.from({ length: size }, (_, i) => first + i);
}

/** The channels of the output that an input channel reaches. */
export function channelsTo(s: Setting, channel: number): number[] {
  if (pools(s.kind)) return [channel];
  const size = s.out_channels / s.groups;
  const first = Math.floor(channel / (s.in_channels / s.groups)) * size;
  return Array.from({ length: size }, (_, i) => first + i);
}

/** Where a weight stands in torch's flattened tensor; −1 for pooling. */
export function weightIndex(s: Setting, tap: Tap): number {
  if (pools(s.kind)) return -1;
  const [ins, outs] = [s.in_channels / s.groups, s.out_channels / s.groups];
  const plane = s.kind === "conv"
    ? tap.out * ins + (tap.in % ins)
    : tap.in * outs + (tap.out % outs);
  return (plane * s.kernel_size[0] + tap.row) * s.kernel_size[1] + tap.column;
}

/** The weight that stands at an index of torch's flattened tensor. */
export function weightAt(s: Setting, index: number): Tap {
  const [height, width] = s.kernel_size;
  const [ins, outs] = [s.in_channels / s.groups, s.out_channels / s.groups];
  const plane = Math.floor(index / (height * width));
  const place = { row: Math.floor(index / width) % height, column: index % width };
  const second = s.kind === "conv" ? ins : outs;
  const [a, b] = [Math.floor(plane / second), plane % second];
  if (s.kind === "conv") return { out: a, in: Math.floor(a / outs) * ins + b, ...place };
  return { out: Math.floor(a / ins) * outs + b, in: a, ...place };
}

/** The number of weights that a setting has. */
export function weightCount(s: Setting): number {
  if (pools(s.kind)) return 0;
  return (s.in_channels * s.out_channels * s.kernel_size[0] * s.kernel_size[1]) / s.groups;
}

/**
 * The products whose sum (of max pooling: whose maximum) is an output cell, before bias and ReLU,
 * in the order of channels, rows, columns of the kernel. What an average doesn't count is left out.
 */
export function terms(s: Setting, out: Cell, input: Float64Array, weight: Float64Array): Term[] {
  const [down, across] = [line(s, 0), line(s, 1)];
  const rows = touches(s, 0, down, out.row);
  const columns = touches(s, 1, across, out.column);
  const share = s.kind === "avg"
    ? 1 / Math.max(1, counted(s, down)[out.row]! * counted(s, across)[out.column]!)
    : 1;
  const found: Term[] = [];
  for (const channel of channelsOf(s, out.channel)) {
    for (const row of rows) {
      for (const column of columns) {
        const ring = row.ring || column.ring;
        if (s.kind === "avg" && ring && !s.count_include_pad) continue;
        const zero = row.source < 0 || column.source < 0;
        const cell = zero ? null : { channel, row: row.source, column: column.source };
        const value = cell === null ? (s.kind === "max" ? -Infinity : 0) : input[at(s, cell)]!;
        const tap = { out: out.channel, in: channel, row: row.tap, column: column.tap };
        const index = weightIndex(s, tap);
        const factor = index < 0 ? share : weight[index]!;
        const product = value * factor;
        found.push({
          ...{ input: cell, ring, value, weight: factor, weightIndex: index, product },
          winner: false,
        });
      }
    }
  }
  if (s.kind === "transposed") found.sort((a, b) => a.weightIndex - b.weightIndex);
  return s.kind === "max" ? crowned(found) : found;
}

/** Marks the term that a max pooling takes; none, where the window holds nothing but ring. */
function crowned(all: Term[]): Term[] {
  let best = -1;
  all.forEach(({ input, value }, place) => {
    if (input === null || (best >= 0 && Number.isNaN(all[best]!.value))) return;
    if (best < 0 || value > all[best]!.value || Number.isNaN(value)) best = place;
  });
  return all.map((term, place) => place === best ? { ...term, winner: true } : term);
}

function at(s: Setting, { channel, row, column }: Cell): number {
  return (channel * s.size[0] + row) * s.size[1] + column;
}

/** The outputs along one axis whose window reads the input at `index`. */
function reached(s: Setting, axis: Axis, index: number): number[] {
  const along = line(s, axis);
  const found: number[] = [];
  for (let o = 0; o < along.outputs; o++) {
    if (touches(s, axis, along, o).some(({ source }) => source === index)) found.push(o);
  }
  return found;
}

/** The output cells that an input cell reaches, also through a ring that repeats it. */
export function feeds(s: Setting, cell: Cell): Cell[] {
  const columns = reached(s, 1, cell.column);
  return channelsTo(s, cell.channel).flatMap((channel) =>
    reached(s, 0, cell.row).flatMap((row) => columns.map((column) => ({ channel, row, column })))
  );
}

/** All pairs of input and output cells that a weight joins; of pooling, a place in the window. */
export function uses(s: Setting, weight: Tap): Use[] {
  if (!channelsOf(s, weight.out).includes(weight.in)) return [];
  const pairs = (axis: Axis, tap: number): (Touch & { output: number })[] => {
    const along = line(s, axis);
    return Array.from({ length: along.outputs }, (_, output) =>
      touches(s, axis, along, output)
        .filter((touch) => touch.tap === tap)
        .map((touch) => ({ ...touch, output }))).flat();
  };
  const columns = pairs(1, weight.column);
  return pairs(0, weight.row).flatMap((row) =>
    columns.filter((column) => counts(s, row.ring || column.ring)).map((column) => ({
      input: row.source < 0 || column.source < 0
        ? null
        : { channel: weight.in, row: row.source, column: column.source },
      output: { channel: weight.out, row: row.output, column: column.output },
    }))
  );
}

/** Whether a cell takes part at all: an average may not count its ring. */
function counts(s: Setting, ring: boolean): boolean {
  return s.kind !== "avg" || !ring || s.count_include_pad;
}
