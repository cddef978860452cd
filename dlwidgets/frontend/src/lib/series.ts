/** From buckets of steps to what a chart draws. No DOM here. */

/** Two values for each bucket of `width` steps, in order of occurrence; NaN where there is none. */
export interface Buckets {
  readonly width: number;
  readonly length: number;
  readonly points: Float32Array;
}

/** A curve ready to be drawn; `null` is a gap. */
export interface Curve {
  readonly raw: (number | null)[];
  readonly smooth: (number | null)[];
  /** Whether it has values now and then only (as a test accuracy once an epoch). */
  readonly sparse: boolean;
}

/** Where the points of a chart stand: one a bucket while a bucket is a step, then two. */
export function places(width: number, length: number): number[] {
  if (width === 1) return Array.from({ length }, (_, b) => b + 1);
  const middle = (width - 1) / 4;
  return Array.from(
    { length: 2 * length },
    (_, i) => (i >> 1) * width + 1 + (i % 2 ? 3 : 1) * middle,
  );
}

/**
 * The curve of one series. The smoothed one is an exponential moving average over bucket means
 * that starts unbiased: the weights of the past always sum to one.
 */
export function curve(buckets: Buckets, smoothing: number, positiveOnly: boolean): Curve {
  const { width, length, points } = buckets;
  const per = width === 1 ? 1 : 2;
  const raw = new Array<number | null>(per * length).fill(null);
  const smooth = new Array<number | null>(per * length).fill(null);
  let [average, weight, seen, first, last] = [0, 0, 0, -1, -1];
  for (let b = 0; b < length; b++) {
    const [low, high] = [points[2 * b]!, points[2 * b + 1]!];
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    average = smoothing * average + (1 - smoothing) * (low + high) / 2;
    weight = smoothing * weight + (1 - smoothing);
    const level = drawable(average / weight, positiveOnly);
    raw[per * b] = drawable(low, positiveOnly);
    raw[per * b + per - 1] = drawable(per === 1 ? low : high, positiveOnly);
    smooth[per * b] = smooth[per * b + per - 1] = level;
    if (first < 0) first = b;
    last = b;
    seen += 1;
  }
  const sparse = seen <= 2 || seen < (last - first + 1) / 2;
  // An average over a handful of values would trail far behind them.
  return { raw, smooth: sparse ? raw : smooth, sparse };
}

function drawable(value: number, positiveOnly: boolean): number | null {
  return positiveOnly && value <= 0 ? null : value;
}

/** Least and greatest value of a series, `null` if it has none. Decimation keeps both. */
export function extent({ length, points }: Buckets): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < 2 * length; i++) {
    const value = points[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** The steps of a bucket, from 1; the newest bucket may not be full yet. */
export function stepsOf(bucket: number, width: number, steps: number): [number, number] {
  const first = bucket * width + 1;
  return [first, Math.max(first, Math.min((bucket + 1) * width, steps))];
}
