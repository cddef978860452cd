import assert from "node:assert/strict";
import { calm, ends } from "./chart.ts";
import { silent, symmetric } from "./lens.ts";
import { spread } from "./session.ts";
import { number } from "./table.ts";

Deno.test("mean, least and greatest are those of the seeds, and NaN spoils all three", () => {
  const { mean, low, high } = spread(Float64Array.of(1, 2, NaN, 3, 5, 7), 2);
  assert.deepEqual([...mean], [2, 3.5, NaN]);
  assert.deepEqual([...low], [1, 2, NaN]);
  assert.deepEqual([...high], [3, 5, NaN]);
});

Deno.test("one line far above all others does not decide the axis", () => {
  assert.equal(calm([1, 1.5, 1000]), 4.5);
  assert.equal(calm([1, 1.2, 2]), 2);
  assert.equal(calm([4, NaN]), 4);
  assert.ok(Number.isNaN(calm([])));
});

Deno.test("ends of nothing are nothing", () => {
  assert.deepEqual(ends([null, NaN]), [null, null]);
  assert.deepEqual(ends([3, null, -1]), [-1, 3]);
});

Deno.test("units that do the same are noticed up to rounding, silence is something else", () => {
  const f = (...values: number[]): Float64Array => Float64Array.of(...values);
  assert.equal(symmetric({ values: f(0.5, 0.1), apart: f(1e-8, NaN) }), true);
  assert.equal(symmetric({ values: f(0.5, 0.1), apart: f(2, NaN) }), false);
  assert.equal(silent({ values: f(0, 0), gradients: f(0, 0.1) }), true);
  assert.equal(silent({ values: f(0, 0.1), gradients: f(0, 0.1) }), false);
  assert.equal(silent({ values: f(0, 0), gradients: f(0.1, 0.1) }), false);
  assert.equal(silent({ values: f(), gradients: f() }), false);
});

Deno.test("a number says its spread where seeds differ", () => {
  const wide = spread(Float64Array.of(1, 2), 2);
  assert.equal(number(wide, 0, true), "1.5 (1–2)");
  assert.equal(number(wide, 0), "1.5");
  assert.equal(number(spread(Float64Array.of(NaN), 1), 0, true), "NaN");
});
