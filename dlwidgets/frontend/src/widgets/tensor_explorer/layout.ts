/** Where the numbers of a tensor stand in memory. No DOM here; tests hold it against torch. */

export interface Layout {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** The cell of memory that an index reads: offset + Σ index · stride. */
export function addressOf({ stride, offset }: Layout, index: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum + at * stride[axis]!, offset);
}

/** The same written out: 1 + 2·4 + 0·1 = 9. */
export function written(layout: Layout, index: readonly number[]): string {
  const terms = index.map((at, axis) => `${at}·${layout.stride[axis]}`);
  return `${[String(layout.offset), ...terms].join(" + ")} = ${addressOf(layout, index)}`;
}

/** Every cell of memory that a tensor reads; null of one with more than `most` numbers. */
export function reads(layout: Layout, most: number): ReadonlySet<number> | null {
  const { shape, stride, offset } = layout;
  if (shape.reduce((product, size) => product * size, 1) > most) return null;
  let found = [offset];
  shape.forEach((size, axis) => {
    found = found.flatMap((start) =>
      Array.from({ length: size }, (_, at) => start + at * stride[axis]!)
    );
  });
  return new Set(found);
}

/** The index of the number at a flat place. */
export function unravel(shape: readonly number[], place: number): number[] {
  let rest = place;
  return shape.toReversed().map((size) => {
    const at = rest % size;
    rest = (rest - at) / size;
    return at;
  }).toReversed();
}
