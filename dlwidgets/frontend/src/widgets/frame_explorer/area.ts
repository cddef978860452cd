/** A selection with the hand: rows and columns as ranges, of which pandas takes the product. */

/** Ranges of positions, each [start, stop). */
export type Spans = readonly (readonly [number, number])[];

export interface Area {
  readonly rows: Spans;
  readonly columns: Spans;
}

/** A cell; −1 is a ruler, and stands for the whole row, column or frame. */
export type Place = readonly [row: number, column: number];

export interface Sizes {
  readonly rows: number;
  readonly columns: number;
}

/** What lies between two cells. */
export function between(anchor: Place, head: Place, { rows, columns }: Sizes): Area {
  return {
    rows: [range(anchor[0], head[0], rows)],
    columns: [range(anchor[1], head[1], columns)],
  };
}

function range(one: number, other: number, size: number): readonly [number, number] {
  if (one < 0 || other < 0) return [0, size];
  return [Math.min(one, other), Math.max(one, other) + 1];
}

/** Both together, as the product of their rows and columns. */
export function joined(one: Area, other: Area): Area {
  return {
    rows: merged([...one.rows, ...other.rows]),
    columns: merged([...one.columns, ...other.columns]),
  };
}

/** The same positions in as few ranges as can be, in order. */
export function merged(spans: Spans): Spans {
  const found: [number, number][] = [];
  for (const [start, stop] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], stop);
    else found.push([start, stop]);
  }
  return found;
}

export function holds(spans: Spans, at: number): boolean {
  return spans.some(([start, stop]) => start <= at && at < stop);
}
