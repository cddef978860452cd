import assert from "node:assert/strict";
import { errorRange, stretches } from "./charts.ts";

Deno.test("neighbouring degrees of one regime are one stretch", () => {
  assert.deepEqual(stretches(["under", "good", "good", "over"]), [
    { regime: "under", from: -0.5, to: 0.5 },
    { regime: "good", from: 0.5, to: 2.5 },
    { regime: "over", from: 2.5, to: 3.5 },
  ]);
  assert.deepEqual(stretches([]), []);
});

Deno.test("a perfect fit and a wild one press no other errors flat", () => {
  const [low, high] = errorRange(Float64Array.of(100, 10, 1e-20), Float64Array.of(200, 20, 1e15));
  assert.ok(low <= 10 && low > 1e-3);
  assert.ok(high >= 200 && high <= 1e4);
});

Deno.test("errors that are all nought still have an axis", () => {
  const zero = Float64Array.of(0, 0);
  const [low, high] = errorRange(zero, zero);
  assert.ok(low > 0 && high > low);
});
