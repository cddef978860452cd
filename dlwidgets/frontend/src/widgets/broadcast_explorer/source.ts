/** Which cell of a tensor a stretched cell repeats. No DOM here; tests hold it against torch. */

/** The index in a tensor of `shape` that stands at `index` once it is stretched. */
export function sourceOf(shape: readonly number[], index: readonly number[]): number[] {
  const skipped = index.length - shape.length;
  return shape.map((size, axis) => size === 1 ? 0 : index[axis + skipped]!);
}

/** Whether a cell of the stretched tensor is a repetition, not one of its own numbers. */
export function repeated(shape: readonly number[], index: readonly number[]): boolean {
  const skipped = index.length - shape.length;
  return index.some((at, axis) => at > 0 && (axis < skipped || shape[axis - skipped] === 1));
}

/** Whether two cells of the result read the same number of a tensor. */
export function together(
  shape: readonly number[],
  one: readonly number[],
  other: readonly number[],
): boolean {
  const [mine, theirs] = [sourceOf(shape, one), sourceOf(shape, other)];
  return mine.every((index, axis) => index === theirs[axis]);
}
