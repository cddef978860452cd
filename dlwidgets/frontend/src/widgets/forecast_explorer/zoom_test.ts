import assert from "node:assert/strict";
import { panned, type Span, thinned, zoomed } from "./zoom.ts";

const LAST = 99;

Deno.test("zooming keeps the row under the pointer where it is", () => {
  const [from, to] = zoomed([0, 99], 0.5, 33, LAST);
  assert.equal(to - from, 49.5);
  assert.ok(Math.abs((33 - from) / (to - from) - 33 / 99) < 1e-12);
});

Deno.test("no span leaves the series, and none is shorter than some days", () => {
  let span: Span = [0, LAST];
  for (const [factor, at] of [[0.1, 0], [0.1, 50], [7, 99], [0.01, 99], [100, 3]] as const) {
    span = zoomed(span, factor, at, LAST);
    assert.ok(span[0] >= 0 && span[1] <= LAST && span[1] - span[0] >= 10, String(span));
  }
  assert.deepEqual(span, [0, LAST]);
  assert.deepEqual(panned([80, 95], 50, LAST), [84, 99]);
  assert.deepEqual(panned([80, 95], -500, LAST), [0, 15]);
});

Deno.test("a series of few days is seen whole", () => {
  assert.deepEqual(zoomed([0, 3], 0.1, 1, 3), [0, 3]);
  assert.deepEqual(panned([0, 3], 2, 3), [0, 3]);
});

Deno.test("thinning keeps the ends and what stands out", () => {
  const values = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
  values[4321] = 9;
  values[7777] = -9;
  const points = thinned({ values, start: 100 }, [0, 20_000], 500);
  assert.ok(points.length <= 4 * 501);
  assert.deepEqual(points[0], [100, values[0]]);
  assert.deepEqual(points.at(-1), [10_099, values[9999]]);
  assert.ok(points.some(([x, y]) => x === 4421 && y === 9));
  assert.ok(points.some(([x, y]) => x === 7877 && y === -9));
  for (const [x, y] of points) assert.equal(values[x - 100], y);
});

Deno.test("few days are drawn as they are, with one beyond each end", () => {
  const values = [5, NaN, 7, 8, 9];
  assert.deepEqual(thinned({ values, start: 10 }, [12, 13], 800), [
    [11, NaN],
    [12, 7],
    [13, 8],
    [14, 9],
  ]);
});

Deno.test("a day without a number parts the line also where it is thinned", () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => i < 500 ? NaN : i);
  const points = thinned({ values, start: 0 }, [0, 999], 10);
  assert.ok(points.some(([, y]) => Number.isNaN(y)));
  assert.ok(points.some(([, y]) => y === 999));
});
