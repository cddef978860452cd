/** Which cells of the three grids belong to what is pointed at. Pure functions. */

import {
  type Cell,
  channelsOf,
  feeds,
  numeric,
  pools,
  type Setting,
  type Term,
  terms,
  uses,
  weightAt,
  window,
} from "./arithmetic/mod.ts";
import type { Focus } from "./part.ts";
import type { Picture } from "./picture.ts";

/** Cells by their index in the grid of one channel. */
export interface Lit {
  /** In the grid that windows slide over. */
  readonly input: ReadonlySet<number>;
  readonly weights: ReadonlySet<number>;
  /** The place in the kernel that each cell of a window meets. */
  readonly meets: ReadonlyMap<number, number>;
  readonly output: ReadonlySet<number>;
  /** The box around the window, in the same coordinates as `input`; of an output only. */
  readonly box: { top: number; left: number; bottom: number; right: number } | null;
}

/** Where the input cell stands in the grid that windows slide over. */
export function inGrid({ setting: s, lines, grid }: Picture, row: number, column: number): number {
  const step = (axis: 0 | 1): number => (s.kind === "transposed" ? s.stride[axis] : 1);
  const at = (axis: 0 | 1, index: number): number => lines[axis].before + index * step(axis);
  return at(0, row) * grid.columns + at(1, column);
}

/** What belongs to a focus, in the shown input and output channel. */
export function lit(now: Picture, at: Focus, channel: number, out: number): Lit {
  if (at.at === "output") return ofOutput(now, at.cell, channel);
  if (at.at === "input") return ofInput(now, at.cell, out);
  const { setting: s } = now;
  const all = uses(s, at.tap);
  const places = new Set<number>();
  const cells = new Set<number>();
  for (const { output } of all) {
    cells.add(output.row * now.size[1] + output.column);
    const { rows, columns } = window(s, output);
    const [row, column] = tapPlace(now, at.tap.row, at.tap.column);
    if (rows[row] !== undefined && columns[column] !== undefined) {
      places.add(rows[row] * now.grid.columns + columns[column]);
    }
  }
  const weights = new Set([spot(s, at.tap)]);
  return { input: places, weights, meets: new Map(), output: cells, box: null };
}

/** The kernel of a transposed convolution meets its grid turned by half a circle. */
export function tapPlace({ setting: s }: Picture, row: number, column: number): [number, number] {
  if (s.kind !== "transposed") return [row, column];
  return [s.kernel_size[0] - 1 - row, s.kernel_size[1] - 1 - column];
}

function spot(s: Setting, { row, column }: { row: number; column: number }): number {
  return row * s.kernel_size[1] + column;
}

function ofOutput(now: Picture, cell: Cell, channel: number): Lit {
  const { setting: s } = now;
  const { rows, columns, ...box } = window(s, cell);
  const seen = channelsOf(s, cell.channel).includes(channel);
  const meets = new Map<number, number>();
  if (seen) {
    rows.forEach((row, r) =>
      columns.forEach((column, c) => {
        meets.set(row * now.grid.columns + column, r * s.kernel_size[1] + c);
      })
    );
  }
  const output = new Set([cell.row * now.size[1] + cell.column]);
  return { input: new Set(), weights: new Set(), meets, output, box: seen ? box : null };
}

function ofInput(now: Picture, cell: Cell, out: number): Lit {
  const { setting: s } = now;
  const fed = feeds(s, cell).filter(({ channel }) => channel === out);
  const weights = new Set<number>();
  for (const output of fed) {
    for (const { tap } of meetings(now, cell, output)) weights.add(spot(s, tap));
  }
  // A ring that repeats the input shows the same cell again.
  const input = new Set<number>();
  const [down, across] = now.lines;
  down.source.forEach((row, r) => {
    if (row !== cell.row) return;
    across.source.forEach((column, c) => {
      if (column === cell.column) input.add(r * now.grid.columns + c);
    });
  });
  const output = new Set(fed.map(({ row, column }) => row * now.size[1] + column));
  return { input, weights, meets: new Map(), output, box: null };
}

/** The terms of an output in which an input cell takes part. */
export function meetings(
  now: Picture,
  cell: Cell,
  output: Cell,
): { term: Term; tap: { row: number; column: number } }[] {
  const { setting: s } = now;
  const all = terms(s, output, now.input, now.weight);
  const width = s.kernel_size[1];
  return all.flatMap((term, order) => {
    const { input: from } = term;
    if (!from || from.channel !== cell.channel || from.row !== cell.row) return [];
    if (from.column !== cell.column) return [];
    const tap = pools(s.kind)
      ? { row: Math.floor(order / width), column: order % width }
      : weightAt(s, term.weightIndex);
    return [{ term, tap }];
  });
}

/** Whether the ring is there to be seen. */
export function ringed(s: Setting): boolean {
  return s.kind !== "transposed" && numeric(s).some((side) => side > 0);
}
