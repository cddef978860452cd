import assert from "node:assert/strict";
import { ellipse, exact, extent, moved, nearest, place, stepOf, ticks } from "./arithmetic.ts";

const r = Math.SQRT1_2;
// The first dimension, and the one between the other two.
const AXES = Float32Array.of(1, 0, 0, 0, r, r);

Deno.test("a code moved to a place stands there, and what lies off the plane stays", () => {
  const z = Float32Array.of(0.5, 2, -1);
  const to = moved(z, AXES, [3, -2]);
  const [x, y] = place(to, AXES);
  assert.ok(Math.abs(x - 3) < 1e-6 && Math.abs(y + 2) < 1e-6);
  assert.ok(Math.abs(to[1]! - to[2]! - 3) < 1e-6);
});

Deno.test("the ellipse of a normal along the axes has its deviations", () => {
  const plane = Float32Array.of(1, 0, 0, 1);
  assert.deepEqual(ellipse([3, 2], plane), { long: 3, short: 2, angle: 0 });
  const up = ellipse([2, 3], plane);
  assert.equal(up.long, 3);
  assert.ok(Math.abs(Math.abs(up.angle) - Math.PI / 2) < 1e-12);
});

Deno.test("seen from the side, the deviations mix", () => {
  const turned = Float32Array.of(r, r, -r, r);
  const { angle, long, short } = ellipse([2, 1], turned);
  assert.ok(Math.abs(long - 2) < 1e-6 && Math.abs(short - 1) < 1e-6);
  assert.ok(Math.abs(angle + Math.PI / 4) < 1e-6);
});

Deno.test("the nearest place is found, and places without numbers never are", () => {
  const places = Float32Array.of(NaN, NaN, 0, 0, 4, 1);
  assert.equal(nearest(places, [3, 1]), 2);
  assert.equal(nearest(places, [3, 1], [1, 100]), 2);
  assert.equal(nearest(Float32Array.of(NaN, NaN), [0, 0]), -1);
});

Deno.test("an axis shows all values, and a usual range at least", () => {
  assert.deepEqual(extent(Float32Array.of(-1, 5, NaN, 9, 1, 7), 0, 0), [-1.1, 1.1]);
  assert.deepEqual(extent(Float32Array.of(0, 0, 1, 0), 0, 3).map(Math.abs), [3.3, 3.3]);
  assert.deepEqual(extent(new Float32Array(0), 0, 0), [-1, 1]);
  assert.deepEqual(extent(Float32Array.of(2, 0), 0, 0), [1, 3]);
});

Deno.test("ticks are round", () => {
  assert.deepEqual(ticks([-3.3, 3.3], 6), [-2, 0, 2]);
  assert.deepEqual(ticks([0, 0.031], 4), [0, 0.01, 0.02, 0.03]);
  assert.equal(stepOf([-3, 3]), 0.01);
  assert.equal(stepOf([-40, 60]), 0.1);
});

Deno.test("numbers are written as short as they can be, and read back the same", () => {
  assert.deepEqual([0, 1, -2.5, Math.fround(0.1)].map(exact), ["0.0", "1.0", "-2.5", "0.1"]);
  for (const value of [Math.PI, 1e-9, -123456.789, 3.4e38].map(Math.fround)) {
    assert.equal(Math.fround(Number(exact(value))), value);
  }
});
