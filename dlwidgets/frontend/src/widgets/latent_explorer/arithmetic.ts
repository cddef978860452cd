/** Places on the plane, ellipses, and numbers as Python writes them. No DOM here. */

/** Two directions of `dimensions` numbers each, one after the other. */
export type Axes = Float32Array;

type Pair = readonly [number, number];

function along(z: ArrayLike<number>, axes: Axes, row: number): number {
  const size = z.length;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += z[i]! * axes[row * size + i]!;
  return sum;
}

/** Where a code stands on the plane. */
export function place(z: ArrayLike<number>, axes: Axes): Pair {
  return [along(z, axes, 0), along(z, axes, 1)];
}

/** The code moved to a place on the plane; what lies off the plane stays. */
export function moved(z: Float32Array, axes: Axes, [x, y]: Pair): Float32Array {
  const [from, size] = [place(z, axes), z.length];
  return z.map((one, i) => one + (x - from[0]) * axes[i]! + (y - from[1]) * axes[size + i]!);
}

/** Half axes of an ellipse, and the angle of the first one from the x axis, in radians. */
export interface Ellipse {
  readonly long: number;
  readonly short: number;
  readonly angle: number;
}

/** One standard deviation on the plane, of a normal with these deviations in each dimension. */
export function ellipse(sigma: ArrayLike<number>, axes: Axes): Ellipse {
  const size = sigma.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const [a, b, variance] = [axes[i]!, axes[size + i]!, sigma[i]! ** 2];
    xx += variance * a * a;
    xy += variance * a * b;
    yy += variance * b * b;
  }
  const [middle, half] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
  return {
    long: Math.sqrt(middle + half),
    short: Math.sqrt(Math.max(0, middle - half)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/** The index of the place nearest to a point, in the metric that `scale` makes; −1 if none. */
export function nearest(places: Float32Array, [x, y]: Pair, scale: Pair = [1, 1]): number {
  let [best, least] = [-1, Infinity];
  for (let i = 0; 2 * i < places.length; i++) {
    const [a, b] = [(places[2 * i]! - x) * scale[0], (places[2 * i + 1]! - y) * scale[1]];
    const far = a * a + b * b;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

/** The range that an axis shows: all finite values, at least from −`least` to `least`. */
export function extent(values: Float32Array, offset: 0 | 1, least: number): Pair {
  let [low, high] = [-least || Infinity, least || -Infinity];
  for (let i = offset; i < values.length; i += 2) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) return [-1, 1];
  const more = 0.05 * (high - low) || 1;
  return [low - more, high + more];
}

/** Round numbers between two ends, about `count` of them. */
export function ticks([low, high]: Pair, count: number): number[] {
  const rough = (high - low) / count;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * [1, 2, 5, 10].find((one) => one * decade >= rough)!;
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) found.push(i * step);
  return found.map((one) => Number(one.toPrecision(12)));
}

/** The step of a slider: a power of ten, some hundreds of them from one end to the other. */
export function stepOf([low, high]: Pair): number {
  return 10 ** Math.floor(Math.log10((high - low) / 200));
}

/** The shortest text that is exactly this float32 when Python reads it. */
export function exact(value: number): string {
  for (let digits = 1; digits < 10; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) !== Math.fround(value)) continue;
    return long(Number(text));
  }
  return long(value);
}

/** A number in all its digits, as Python writes a float. */
export function long(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
