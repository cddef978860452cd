import assert from "node:assert/strict";
import { flatRuns } from "./charts.ts";

Deno.test("saturation is a stretch of slopes of at most 0.05, either sign", () => {
  assert.deepEqual(flatRuns([1, 0.05, -0.05, 0, 0.06, 0.01, 0.02]), [[1, 3], [5, 6]]);
  assert.deepEqual(flatRuns([1, 0, 1]), []);
  assert.deepEqual(flatRuns([NaN, 0, 0, NaN]), [[1, 2]]);
  assert.deepEqual(flatRuns([]), []);
});
