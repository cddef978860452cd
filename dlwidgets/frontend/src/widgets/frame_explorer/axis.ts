/** Where rows and columns stand, and how a scroll bar reaches all of them. */

/** Browsers cut elements off at some 33 million pixels, the least of them at 17. */
export const TALLEST = 8_000_000;

/** The places of things in a line. */
export interface Line {
  readonly count: number;
  readonly total: number;
  offset(index: number): number;
  size(index: number): number;
  /** Which of them stands at a pixel; −1 where there is none at all. */
  at(pixel: number): number;
}

/** Things of one size. */
export class Even implements Line {
  readonly count: number;
  readonly each: number;

  constructor(count: number, each: number) {
    this.count = count;
    this.each = each;
  }

  get total(): number {
    return this.count * this.each;
  }

  offset(index: number): number {
    return index * this.each;
  }

  size(): number {
    return this.each;
  }

  at(pixel: number): number {
    return clamp(Math.floor(pixel / this.each), this.count);
  }
}

/** Things whose sizes become known one by one. */
export class Uneven implements Line {
  readonly count: number;
  readonly #each: number;
  readonly #known = new Map<number, number>();
  #ends: Float64Array | null = null;

  constructor(count: number, each: number) {
    this.count = count;
    this.#each = each;
  }

  get total(): number {
    return this.offset(this.count);
  }

  knows(index: number): boolean {
    return this.#known.has(index);
  }

  set(index: number, size: number): void {
    if (this.#known.get(index) === size) return;
    this.#known.set(index, size);
    this.#ends = null;
  }

  offset(index: number): number {
    return index <= 0 ? 0 : this.#sums()[Math.min(index, this.count) - 1]!;
  }

  size(index: number): number {
    return this.#known.get(index) ?? this.#each;
  }

  at(pixel: number): number {
    const ends = this.#sums();
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= pixel) low = middle + 1;
      else high = middle;
    }
    return clamp(low, this.count);
  }

  #sums(): Float64Array {
    if (this.#ends) return this.#ends;
    const ends = new Float64Array(this.count);
    let end = 0;
    for (let index = 0; index < this.count; index++) ends[index] = end += this.size(index);
    return this.#ends = ends;
  }
}

/** How long the scrolled element is, and how many pixels of the line one of its pixels stands for. */
export function scale(total: number, view: number): { length: number; factor: number } {
  if (total <= TALLEST || view >= TALLEST) return { length: total, factor: 1 };
  return { length: TALLEST, factor: (total - view) / (TALLEST - view) };
}

/** What is seen of a line from a pixel on: [first, after the last]. */
export function seen(line: Line, from: number, view: number): readonly [number, number] {
  if (line.count === 0 || view <= 0) return [0, 0];
  return [line.at(from), line.at(from + view - 1) + 1];
}

/** The nearest place to scroll to at which a thing is seen whole. */
export function toward(line: Line, index: number, from: number, view: number): number {
  const start = line.offset(index);
  const end = start + Math.min(line.size(index), view);
  if (start < from) return start;
  return end > from + view ? end - view : from;
}

function clamp(index: number, count: number): number {
  return Math.max(Math.min(index, count - 1), count === 0 ? -1 : 0);
}
