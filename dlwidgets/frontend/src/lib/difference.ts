/** How far computed numbers are from those of torch. */

/** How far two outputs are apart at most, as a share of the largest value where that exceeds 1. */
export function difference(ours: Float64Array, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Infinity;
  let [most, largest] = [0, 1];
  for (let at = 0; at < ours.length; at++) {
    const [a, b] = [ours[at]!, theirs[at]!];
    if (Object.is(a, b) || a === b) continue;
    const apart = Math.abs(a - b);
    // NaN against a number, or one infinity against another, is as different as can be.
    if (Number.isNaN(apart)) return Infinity;
    if (apart > most) most = apart;
    const size = Math.abs(b);
    if (size > largest) largest = size;
  }
  return most / largest;
}
