import assert from "node:assert/strict";
import { type Buckets, curve, extent, places, stepsOf } from "./series.ts";

function buckets(width: number, pairs: [number, number][]): Buckets {
  return { width, length: pairs.length, points: new Float32Array([...pairs.flat(), 99, 99]) };
}

const each = (...values: number[]): Buckets => buckets(1, values.map((v) => [v, v]));

Deno.test("while a bucket is a step there is one point a step, from 1", () => {
  assert.deepEqual(places(1, 3), [1, 2, 3]);
});

Deno.test("wider buckets have two points within their steps, in rising order", () => {
  const x = places(16, 3);
  assert.equal(x.length, 6);
  x.forEach((place, i) => {
    const first = (i >> 1) * 16 + 1;
    assert.ok(place >= first && place <= first + 15);
    assert.ok(i === 0 || place > x[i - 1]!);
  });
});

Deno.test("without smoothing the smooth curve is the mean of each bucket", () => {
  const { raw, smooth } = curve(buckets(4, [[1, 3], [4, 2], [5, 5]]), 0, false);
  assert.deepEqual(raw, [1, 3, 4, 2, 5, 5]);
  assert.deepEqual(smooth, [2, 2, 3, 3, 5, 5]);
});

Deno.test("the moving average starts unbiased and follows its recurrence", () => {
  const values = [4, 2, 8, 1];
  const { smooth } = curve(each(...values), 0.5, false);
  let [average, weight] = [0, 0];
  values.forEach((value, i) => {
    average = 0.5 * average + 0.5 * value;
    weight = 0.5 * weight + 0.5;
    assert.ok(Math.abs(smooth[i]! - average / weight) < 1e-12);
  });
  assert.equal(smooth[0], 4);
});

Deno.test("a constant stays a constant however strong the smoothing", () => {
  for (const level of curve(each(3, 3, 3, 3, 3), 0.99, false).smooth) {
    assert.ok(Math.abs(level! - 3) < 1e-9);
  }
});

Deno.test("what is missing is a gap and leaves the average alone", () => {
  const { raw, smooth } = curve(each(2, NaN, 2, Infinity, 2), 0.9, false);
  assert.deepEqual(raw, [2, null, 2, null, 2]);
  assert.deepEqual(smooth.map((level) => level && Math.round(level * 1e9) / 1e9), [
    2,
    null,
    2,
    null,
    2,
  ]);
});

Deno.test("a logarithmic chart leaves out what has no logarithm", () => {
  assert.deepEqual(curve(each(1, 0, -1, 2), 0, true).raw, [1, null, null, 2]);
});

Deno.test("a series with a value now and then is sparse and is not smoothed", () => {
  const now = each(...Array.from({ length: 40 }, (_, i) => i % 10 === 9 ? i : NaN));
  const { raw, smooth, sparse } = curve(now, 0.9, false);
  assert.ok(sparse);
  assert.equal(smooth, raw);
  assert.ok(!curve(each(1, 2, NaN, 3, 4), 0.9, false).sparse);
});

Deno.test("the extent is that of the finite values in use", () => {
  assert.deepEqual(extent(each(3, NaN, -1, Infinity, 2)), [-1, 3]);
  assert.equal(extent(each(NaN)), null);
});

Deno.test("buckets name their steps, the newest only those that are done", () => {
  assert.deepEqual(stepsOf(0, 1, 5), [1, 1]);
  assert.deepEqual(stepsOf(75, 16, 5000), [1201, 1216]);
  assert.deepEqual(stepsOf(75, 16, 1204), [1201, 1204]);
  assert.deepEqual(stepsOf(75, 16, 1200), [1201, 1201]);
});
