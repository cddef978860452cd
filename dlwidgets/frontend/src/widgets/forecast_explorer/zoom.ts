/** Which days of a long series are seen, and how few points draw them. No DOM here. */

/** The first and the last row that are seen; between rows while zooming. */
export type Span = readonly [number, number];

/** Fewer rows than this are never seen at once. */
const LEAST = 10;

/** Moves a span inside of `0 … last` without changing its length, where there is room. */
function inside([from, to]: Span, last: number): Span {
  const length = Math.min(last, Math.max(Math.min(LEAST, last), to - from));
  const start = Math.max(0, Math.min(last - length, from));
  return [start, start + length];
}

/** The span `factor` times as long, with the row `at` staying where it is. */
export function zoomed([from, to]: Span, factor: number, at: number, last: number): Span {
  const least = Math.min(LEAST, last);
  const length = Math.min(last, Math.max(least, (to - from) * factor));
  const share = to > from ? (at - from) / (to - from) : 0.5;
  const start = at - share * length;
  return inside([start, start + length], last);
}

/** The span moved by so many rows. */
export function panned([from, to]: Span, by: number, last: number): Span {
  return inside([from + by, to + by], last);
}

/** The part of a series from one row on. */
export interface Run {
  readonly values: ArrayLike<number>;
  /** The row of the first value. */
  readonly start: number;
}

/**
 * Points (row, value) that draw a run within a span as all of its values would: the first, least,
 * greatest and last of each of `columns` equal parts. NaN parts the line.
 */
export function thinned({ values, start }: Run, [from, to]: Span, columns: number): Point[] {
  const first = Math.max(0, Math.floor(from) - 1 - start);
  const end = Math.min(values.length, Math.ceil(to) + 2 - start);
  const every = Math.max(1, Math.floor((end - first) / Math.max(1, columns)));
  const points: Point[] = [];
  for (let i = first; i < end; i += every) {
    const stop = Math.min(end, i + every);
    if (every < 4) {
      for (let k = i; k < stop; k++) points.push([start + k, values[k]!]);
      continue;
    }
    let [low, high] = [i, i];
    for (let k = i; k < stop; k++) {
      if (!(values[k]! >= values[low]!)) low = k;
      if (!(values[k]! <= values[high]!)) high = k;
    }
    const kept = [...new Set([i, low, high, stop - 1])].sort((a, b) => a - b);
    for (const k of kept) points.push([start + k, values[k]!]);
  }
  return points;
}

export type Point = readonly [number, number];
