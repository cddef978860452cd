import assert from "node:assert/strict";
import * as here from "./mod.ts";
import { because, inequality } from "../rule_words.ts";

/** The book's figure 6-3. */
const FIGURE = Float64Array.from([
  [1, 1, 1, 0, 0],
  [0, 1, 1, 1, 0],
  [0, 0, 1, 1, 1],
  [0, 0, 1, 1, 0],
  [0, 1, 1, 0, 0],
].flat());
const CROSS = Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1);
const NONE = new Float64Array(0);

/** 0, 1, 2, … */
function ramp(length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => at);
}

Deno.test("the book's first convolution: nine cells, the first is 4", () => {
  const s = here.setting();
  const out = here.forward(s, FIGURE, CROSS, null);
  assert.deepEqual([...out], [4, 3, 4, 2, 4, 3, 2, 3, 4]);
  const terms = here.terms(s, { channel: 0, row: 0, column: 0 }, FIGURE, CROSS);
  assert.deepEqual(terms.map(({ product }) => product), [1, 0, 1, 0, 1, 0, 0, 0, 1]);
});

Deno.test("a bias is added once, and a ReLU cuts what is below zero", () => {
  const s = here.setting({ relu: true });
  const out = here.forward(s, FIGURE, CROSS, Float64Array.of(-3));
  assert.deepEqual([...out], [1, 0, 1, 0, 1, 0, 0, 0, 1]);
});

Deno.test("padding 'same' of an even kernel puts the extra row and column behind", () => {
  const s = here.setting({ kernel_size: [2, 4], padding: "same" });
  assert.deepEqual(here.pads(s), { top: 0, bottom: 1, left: 1, right: 2 });
  assert.deepEqual(here.outputSize(s), [5, 5]);
});

Deno.test("a stride that doesn't divide leaves rows and columns out", () => {
  const s = here.setting({ size: [6, 7], stride: [2, 3] });
  assert.deepEqual(here.outputSize(s), [2, 2]);
  assert.deepEqual(here.leftOut(s), { rows: 1, columns: 1 });
});

Deno.test("each mode fills the ring in its own way", () => {
  const of = (padding_mode: here.PaddingMode) => {
    const s = here.setting({ size: [1, 3], kernel_size: [1, 1], padding: [0, 2], padding_mode });
    return [...here.padded(s, Float64Array.of(1, 2, 3))];
  };
  assert.deepEqual(of("zeros"), [0, 0, 1, 2, 3, 0, 0]);
  assert.deepEqual(of("reflect"), [3, 2, 1, 2, 3, 2, 1]);
  assert.deepEqual(of("replicate"), [1, 1, 1, 2, 3, 3, 3]);
  assert.deepEqual(of("circular"), [2, 3, 1, 2, 3, 1, 2]);
});

Deno.test("an average counts the ring only where it is told to", () => {
  const s = here.setting({ kind: "avg", kernel_size: [2, 2], padding: [1, 1], size: [2, 2] });
  const input = Float64Array.of(4, 8, 12, 16);
  assert.deepEqual([...here.forward(s, input, NONE, null)], [1, 2, 3, 4]);
  const without = { ...s, count_include_pad: false };
  assert.deepEqual([...here.forward(without, input, NONE, null)], [4, 8, 12, 16]);
  assert.equal(here.terms(without, { channel: 0, row: 0, column: 0 }, input, NONE).length, 1);
});

Deno.test("the first of equals wins a max pooling, NaN beats all, the ring never wins", () => {
  const s = here.setting({ kind: "max", kernel_size: [2, 2], padding: [1, 1], size: [2, 2] });
  const winners = (input: Float64Array, at: number) =>
    here.terms({ ...s, padding: [0, 0] }, { channel: 0, row: at, column: at }, input, NONE)
      .map(({ winner }) => winner);
  assert.deepEqual(winners(Float64Array.of(5, 5, 1, 5), 0), [true, false, false, false]);
  assert.deepEqual(winners(Float64Array.of(5, NaN, 9, 1), 0), [false, true, false, false]);
  assert.deepEqual([...here.forward(s, Float64Array.of(-1, -2, -3, -4), NONE, null)], [
    -1,
    -2,
    -3,
    -4,
  ]);
  const nan = here.forward({ ...s, padding: [0, 0] }, Float64Array.of(1, NaN, 9, 1), NONE, null);
  assert.ok(Number.isNaN(nan[0]));
});

Deno.test("a ceil_mode window ends with the grid", () => {
  const s = here.setting({ kind: "max", kernel_size: [2, 2], size: [3, 3], ceil_mode: true });
  assert.deepEqual(here.outputSize(s), [2, 2]);
  assert.deepEqual(here.window(s, { row: 1, column: 0 }).rows, [2]);
  assert.deepEqual([...here.forward(s, ramp(9), NONE, null)], [4, 5, 7, 8]);
});

Deno.test("kernel 3 with stride 2 makes the checkerboard, kernel 4 doesn't", () => {
  const of = (kernel: number) => {
    const kernel_size = [kernel, kernel] as const;
    const s = here.setting({ kind: "transposed", size: [3, 1], stride: [2, 2], kernel_size });
    return [...here.overlaps({ ...s, kernel_size: [kernel, 1] })];
  };
  assert.deepEqual(of(3), [1, 1, 2, 1, 2, 1, 1]);
  assert.deepEqual(of(4), [1, 1, 2, 2, 2, 2, 1, 1]);
});

Deno.test("scattering goes step by step", () => {
  const s = here.setting({ kind: "transposed", size: [1, 2], kernel_size: [1, 2] });
  const [input, weight] = [Float64Array.of(3, 5), Float64Array.of(1, 10)];
  const after = (count: number) => [...here.scattered(s, input, weight, null, count)];
  assert.deepEqual([0, 1, 2].map(after), [[0, 0, 0], [3, 30, 0], [3, 35, 50]]);
});

Deno.test("no other layer has scatter steps, and no matrix is a max pooling", () => {
  assert.throws(() => here.scatterSteps(here.setting()), /expected a transposed setting, got conv/);
  const max = here.setting({ kind: "max" });
  assert.throws(() => here.matrix(max, NONE), /MaxPool2d is not linear/);
});

Deno.test("an impossible kernel is named with its numbers and remedies, in both languages", () => {
  const s = here.setting({ kernel_size: [5, 5], dilation: [2, 2], size: [7, 7] });
  const [problem] = here.problems(s);
  assert.equal(
    because("en", problem!),
    "kernel 5 with dilation 2 spans 9 cells, but the padded input has 7; " +
      "lower dilation to 1 or raise padding to 1",
  );
  assert.match(because("zh", problem!), /^卷积核 5、膨胀 2 跨 9 格，但填充后的输入只有 7 格；/);
  assert.equal(inequality(problem!), "2 × (5 − 1) + 1 = 9 > 7");
  assert.deepEqual(here.nearestValid(s), { ...s, dilation: [1, 1] });
});

Deno.test("another kind keeps the numbers and drops what it has no argument for", () => {
  const s = here.setting({
    ...{ in_channels: 4, out_channels: 8, groups: 2, kernel_size: [5, 5] },
    ...{ padding: "same", padding_mode: "reflect", dilation: [2, 2] },
  });
  const max = here.asKind(s, "max");
  assert.deepEqual(
    [max.out_channels, max.groups, max.bias, max.padding, max.padding_mode, max.dilation],
    [4, 1, false, [4, 4], "zeros", [2, 2]],
  );
  assert.equal(here.asKind(max, "conv").bias, true);
  assert.deepEqual(here.asKind(s, "avg").dilation, [1, 1]);
  assert.equal(here.asKind(s, "transposed").padding_mode, "zeros");
});

Deno.test("depthwise costs a channel's share", () => {
  const s = here.setting({ in_channels: 4, out_channels: 4, groups: 4, size: [6, 6] });
  assert.deepEqual(here.counts(s), {
    ...{ parameters: 4 * 9 + 4, multiplyAdds: 4 * 9 * 16 },
    ungrouped: { parameters: 16 * 9 + 4, multiplyAdds: 16 * 9 * 16 },
  });
});
