import assert from "node:assert/strict";
import { contour, heights } from "../../lib/contours.ts";
import { compute, evaluate, shown } from "./formula.ts";
import { apart, type Record_, taken } from "./record.ts";

Deno.test("formulas are computed as they are written", () => {
  const letters = { λ: 1, δ: 0, "r̂": 25, g: 2.5, ρ1: 0.5, t: 2 };
  assert.equal(evaluate("-λ/(δ + √r̂)*g", letters), -0.5);
  assert.equal(evaluate("√(r̂ - 3*3)", letters), 4);
  assert.equal(evaluate("max(g, λ) + g^2", letters), 8.75);
  assert.equal(evaluate("g/(1 - ρ1^t)", letters), 2.5 / 0.75);
  assert.equal(evaluate("(1 - λ)*√r̂ - -g", letters), 2.5);
  assert.throws(() => evaluate("a + g", letters), /no value for a/);
  for (const text of ["g +", "g g", "(g", "g $ g", "max(g)"]) {
    assert.throws(() => evaluate(text, letters), SyntaxError);
  }
});

Deno.test("formulas are shown with letters, and with numbers in their place", () => {
  const text = "ρ1*s + (1 - ρ1)*g";
  assert.equal(shown(text), "ρ₁ · s + (1 − ρ₁) · g");
  const letters = { ρ1: 0.9, s: -0.5, g: -2, λ: 0.1, v: 3, δ: 1e-8, r: 4 };
  assert.equal(shown(text, letters), "0.9 · (−0.5) + (1 − 0.9) · (−2)");
  assert.equal(shown("-λ*v", letters), "−0.1 · 3");
  assert.equal(shown("-λ/(δ + √r)*g", letters), "−0.1 / (1e-8 + √4) · (−2)");
});

Deno.test("later lines see what earlier ones have found", () => {
  const found = compute([["v", "α*v + g"], ["Δθ", "-λ*v"]], { α: 0.5, v: 2, g: 1, λ: 0.1 });
  assert.deepEqual(found.map((term) => term.value), [2, -0.2]);
  assert.equal(found[0]!.letters["v"], 2);
});

const record: Record_ = {
  pieces: [{
    begin: 0,
    title: "Momentum",
    first: [],
    lines: [["v", "α*v + g"], ["Δθ", "-λ*v"]],
    state: [["momentum_buffer", "v"]],
    notes: ["rate"],
  }],
  gradients: Float64Array.of(1, 2, 3, 4),
  options: ["lr", "momentum", "nesterov"],
  letters: ["λ", "α", ""],
  held: Float64Array.of(0.1, 0.5, 0, 0.1, 0.5, 0),
  state: ["momentum_buffer"],
  before: Float64Array.of(0, 0, 1, 2),
  after: Float64Array.of(1, 2, 3.5, 5),
  points: Float64Array.of(0, 0, -0.1, -0.2, -0.45, -0.7),
};

Deno.test("a step is taken apart and compared with torch's", () => {
  const found = taken(record, 1, 0);
  assert.deepEqual(found.terms.map((term) => term.value), [3.5, -0.35000000000000003]);
  assert.deepEqual(found.state, [{ name: "momentum_buffer", letter: "v", value: 3.5 }]);
  assert.ok(apart(record, 2)! < 1e-12);
  assert.ok(apart({ ...record, after: Float64Array.of(1, 2, 3.5, 5.1) }, 2)! > 0.01);
  assert.equal(apart({ ...record, pieces: [{ ...record.pieces[0]!, lines: [] }] }, 2), null);
});

Deno.test("heights go from 0 to 1, by factors where a few are far above the others", () => {
  const even = heights(Float32Array.of(2, 4, 6, NaN));
  assert.equal(even.log, false);
  assert.deepEqual([...even.values].slice(0, 3), [0, 0.5, 1]);
  assert.ok(Number.isNaN(even.values[3]));
  const wide = heights(Float32Array.of(0, 1, 2, 3, 1000));
  assert.equal(wide.log, true);
  assert.ok(wide.values[1]! > 0.3);
  assert.deepEqual([...heights(Float32Array.of(5, 5)).values], [0, 0]);
});

Deno.test("a contour runs where a slope has its level", () => {
  // Two columns from 0 to 1: the line stands at a quarter of the way.
  assert.deepEqual(contour(Float32Array.of(0, 1, 0, 1), 2, 2, 0.25), [0.25, 0, 0.25, 1]);
  assert.deepEqual(contour(Float32Array.of(0, 0, 0, 0), 2, 2, 0.5), []);
  // A saddle has two lines, none of which crosses the other.
  assert.equal(contour(Float32Array.of(0, 1, 1, 0), 2, 2, 0.4).length, 8);
});
