import assert from "node:assert/strict";
import { shades } from "./heat.ts";
import { bands, nearest } from "./profile.ts";

Deno.test("bands reach half-way to the neighbours, by ratio on a logarithmic axis", () => {
  assert.deepEqual(bands([1, 100, 10000], ["small", "good", "good"], true), [
    { zone: "small", from: -Infinity, to: 10 },
    { zone: "good", from: 10, to: Infinity },
  ]);
  assert.deepEqual(bands([0, 1, 2], ["good", "worse", "good"], false), [
    { zone: "good", from: -Infinity, to: 0.5 },
    { zone: "worse", from: 0.5, to: 1.5 },
    { zone: "good", from: 1.5, to: Infinity },
  ]);
  assert.deepEqual(bands([0.1], ["good"], true), [
    { zone: "good", from: -Infinity, to: Infinity },
  ]);
});

Deno.test("the nearest value is nearest as drawn", () => {
  assert.equal(nearest([0.01, 0.1, 1], 0.04, true), 1);
  assert.equal(nearest([0.01, 0.1, 1], 0.04, false), 0);
  assert.equal(nearest([5], -3, false), 0);
});

Deno.test("losses are shaded by ratio, and what diverged has no shade", () => {
  const { low, high, of } = shades([0.01, 0.1, 1, NaN, 50], [false, false, false, true, true]);
  assert.deepEqual([low, high], [0.01, 1]);
  assert.deepEqual([of(0), of(2), of(3), of(4)].map((s) => s && Number(s.toFixed(6))), [
    0.06,
    0.96,
    null,
    null,
  ]);
  assert.ok(Math.abs(of(1)! - 0.51) < 1e-9);
  assert.equal(shades([2, 2], [false, false]).of(0), 0.06);
});
