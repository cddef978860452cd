import { difference } from "../../lib/difference.ts";
import assert from "node:assert/strict";
import { setting } from "./arithmetic/mod.ts";
import { code } from "./code.ts";
import { lit } from "./lit.ts";
import { block } from "../../lib/paste.ts";
import { cellAt, equal, picture, placeOf } from "./picture.ts";
import { centred, INPUTS, KERNELS, plane } from "./presets.ts";
import { back, product } from "./product.ts";
import { fitted } from "./resize.ts";
import { matrix } from "./arithmetic/mod.ts";
import { even } from "./transposed.ts";
import { changes } from "./trouble.ts";
import { ofInput, ofOutput, ofWeight, type Piece } from "./written.ts";
import { words } from "./words.ts";

const FIGURE = setting({ size: [5, 5] });

function figure(change = {}) {
  const s = { ...FIGURE, ...change };
  return picture({
    setting: s,
    input: INPUTS.figure(1, s.size, 0),
    weight: Float64Array.from(KERNELS.cross),
    bias: new Float64Array(1),
  });
}

const line = (pieces: readonly Piece[]): string => pieces.map(([text]) => text).join("");

Deno.test("figure 6-3 gives the book's numbers", () => {
  assert.deepEqual([...figure().output], [4, 3, 4, 2, 4, 3, 2, 3, 4]);
});

Deno.test("the sum is written out with its values", () => {
  const text = line(ofOutput(figure(), { channel: 0, row: 0, column: 0 }, 0, words.en));
  const sum = "1×1 + 1×0 + 1×1 + 0×0 + 1×1 + 1×0 + 0×1 + 0×0 + 1×1 + bias 0 = 4";
  assert.equal(text, `y[0, 0, 0] = ${sum}`);
});

Deno.test("a ReLU shows the value before and after", () => {
  const now = picture({ ...figure({ relu: true }), bias: Float64Array.of(-9) });
  const text = line(ofOutput(now, { channel: 0, row: 0, column: 0 }, 0, words.en));
  assert.ok(text.endsWith("bias (−9) = −5 → ReLU: max(0, −5) = 0"), text);
  assert.equal(now.before[0], -5);
  assert.equal(now.output[0], 0);
});

Deno.test("rounded numbers say so", () => {
  const now = picture({ ...figure(), weight: new Float64Array(9).fill(1 / 3) });
  assert.ok(line(ofOutput(now, { channel: 0, row: 0, column: 0 }, 0, words.en)).includes(" ≈ 2"));
});

Deno.test("pooling writes a maximum and a mean", () => {
  const pool = setting({ kind: "max", kernel_size: [2, 2], size: [2, 2] });
  const held = { input: Float64Array.of(1, 7, 3, 2), weight: new Float64Array(0) };
  const cell = { channel: 0, row: 0, column: 0 };
  const max = picture({ ...held, bias: held.weight, setting: pool });
  assert.equal(line(ofOutput(max, cell, 0, words.en)), "y[0, 0, 0] = max(1, 7, 3, 2) = 7");
  const avg = picture({ ...held, bias: held.weight, setting: { ...pool, kind: "avg" } });
  assert.equal(line(ofOutput(avg, cell, 0, words.en)), "y[0, 0, 0] = (1 + 7 + 3 + 2) ÷ 4 = 3.25");
});

Deno.test("an input cell names the outputs it feeds and a weight all its uses", () => {
  const now = figure({ stride: [2, 2] });
  const fed = line(ofInput(now, { channel: 0, row: 0, column: 2 }, 0, words.en));
  assert.equal(fed, "x[0, 0, 2] = 1 feeds 2 outputs: y[0, 0, 0] (×1), y[0, 0, 1] (×1)");
  const used = line(ofWeight(now, { out: 0, in: 0, row: 0, column: 1 }, words.en));
  assert.ok(used.startsWith("w[0, 0, 0, 1] = 0 is used 4 times: 1 → y[0, 0, 0], 0 → y[0, 0, 1]"));
});

Deno.test("what is pointed at lights what belongs to it", () => {
  const now = figure({ stride: [2, 2], padding: [1, 1] });
  const out = lit(now, { at: "output", cell: { channel: 0, row: 1, column: 1 } }, 0, 0);
  assert.deepEqual(out.box, { top: 2, left: 2, bottom: 4, right: 4 });
  assert.equal(out.meets.get(2 * 7 + 3), 1);
  const fed = lit(now, { at: "input", cell: { channel: 0, row: 1, column: 1 } }, 0, 0);
  assert.deepEqual([...fed.output].sort(), [0, 1, 3, 4]);
  assert.deepEqual([...fed.input], [2 * 7 + 2]);
  assert.deepEqual([...fed.weights].sort(), [0, 2, 6, 8]);
  const used = lit(now, { at: "weight", tap: { out: 0, in: 0, row: 0, column: 0 } }, 0, 0);
  assert.equal(used.output.size, 9);
  assert.deepEqual([...used.input].slice(0, 4), [0, 2, 4, 14]);
});

Deno.test("the timeline counts channels, rows, columns", () => {
  const now = figure();
  for (let place = 0; place < 9; place++) assert.equal(placeOf(now, cellAt(now, place)), place);
  assert.deepEqual(cellAt(now, 5), { channel: 0, row: 1, column: 2 });
});

Deno.test("kernels grow and shrink around their middle and come back whole", () => {
  const held = figure();
  const large = fitted(held, { ...held.setting, kernel_size: [5, 4] });
  assert.deepEqual([...large.weight.subarray(4, 12)], [0, 1, 0, 1, 0, 0, 1, 0]);
  assert.deepEqual([...centred(large.weight, [5, 4], [3, 3])], KERNELS.cross);
  assert.equal(fitted(held, held.setting).weight, held.weight);
});

Deno.test("new channels get a filter of their own, inputs repeat or end in zeros", () => {
  const held = figure();
  const more = fitted(held, { ...held.setting, in_channels: 2, out_channels: 2, size: [6, 5] });
  assert.equal(more.weight.length, 36);
  assert.deepEqual([...more.weight.subarray(18, 27)], KERNELS.vertical);
  assert.deepEqual([...more.input.subarray(0, 25)], [...held.input]);
  assert.deepEqual([...more.input.subarray(25, 30)], [0, 0, 0, 0, 0]);
  assert.deepEqual(more.input.subarray(30), more.input.subarray(0, 30));
  assert.equal(more.bias.length, 2);
});

Deno.test("every preset fits every shape", () => {
  for (const make of Object.values(INPUTS)) {
    const values = make(3, [2, 7], 1);
    assert.equal(values.length, 42);
    assert.ok(values.every(Number.isFinite));
  }
  assert.deepEqual(INPUTS.random(1, [4, 4], 5), INPUTS.random(1, [4, 4], 5));
  assert.notDeepEqual(INPUTS.random(1, [4, 4], 5), INPUTS.random(1, [4, 4], 6));
  assert.deepEqual([...plane("identity", [2, 2])], [0, 0, 0, 1]);
});

Deno.test("blocks are read from spreadsheets, lists, tensors and printed arrays", () => {
  const wanted = [[1, 2.5], [-3, 4]];
  const texts = [
    "1\t2.5\r\n-3\t4\r\n",
    "1 2.5\n−3 4",
    "1, 2.5\n-3, 4",
    "1;2,5\n-3;4",
    "[[1, 2.5], [-3, 4]]",
    "tensor([[ 1.0, 2.5],\n        [-3., 4.]], dtype=torch.float64)",
    "array([[1. , 2.5],\n [-3., 4.]])",
    "[[ 1.   2.5]\n [-3.   4. ]]",
  ];
  for (const text of texts) assert.deepEqual(block(text), wanted, text);
  assert.deepEqual(block("7"), [[7]]);
  assert.deepEqual(block("[1, 2, 3]"), [[1, 2, 3]]);
});

Deno.test("what is no block of numbers is refused", () => {
  const texts = [
    "",
    "a b",
    "1 2\n3",
    "[[1, 2], [3]]",
    "[[1, x]]",
    "f(1)[[1]] + 2",
    "1\t\t2",
    "nan",
  ];
  for (const text of texts) assert.equal(block(text), null, text);
});

Deno.test("the difference is relative to the largest value and never forgives NaN", () => {
  const a = Float64Array.of(1, 2);
  assert.equal(difference(a, [1, 2]), 0);
  assert.equal(difference(a, [1, 1]), 1);
  assert.equal(difference(Float64Array.of(999, 1000), [1000, 1000]), 1e-3);
  assert.equal(difference(Float64Array.of(NaN), [NaN]), 0);
  assert.equal(difference(Float64Array.of(NaN), [1]), Infinity);
  assert.equal(difference(Float64Array.of(-Infinity), [-Infinity]), 0);
  assert.equal(difference(a, [1]), Infinity);
  assert.ok(equal(Float64Array.of(0.1), Float64Array.of(Math.fround(0.1))));
  assert.ok(!equal(Float64Array.of(0.1), Float64Array.of(0.1001)));
});

Deno.test("the code line names what differs from torch's defaults", () => {
  const s = { ...FIGURE, kernel_size: [3, 2], padding: "same", bias: false, relu: true } as const;
  const made = 'nn.Conv2d(1, 1, kernel_size=(3, 2), padding="same", bias=False)';
  assert.equal(code(s), `nn.Sequential(${made}, nn.ReLU())`);
  assert.equal(code(setting({ kind: "max", kernel_size: [2, 2] })), "nn.MaxPool2d(kernel_size=2)");
});

Deno.test("the matrix does what the layer does, and its transpose the layer back", () => {
  for (const kind of ["conv", "transposed"] as const) {
    const s = setting({ kind, stride: [2, 2], padding: [1, 0], size: [6, 5], in_channels: 2 });
    const values = { input: INPUTS.random(2, s.size, 3), weight: INPUTS.random(2, [3, 3], 4) };
    const now = picture({ ...values, bias: Float64Array.of(3), setting: s });
    const W = matrix(s, now.weight);
    assert.equal(product(now, W), 0);
    assert.equal(back(now, W), 0);
    const wrong = { ...W, entries: W.entries.map((e) => ({ ...e, value: e.value + 1 })) };
    assert.notEqual(product(now, wrong), 0);
  }
  const ring = figure({ padding: [1, 1], padding_mode: "reflect" });
  assert.equal(product(ring, matrix(ring.setting, ring.weight)), 0);
  assert.equal(back(ring, matrix(ring.setting, ring.weight)), null);
});

Deno.test("an uneven overlap is one in which strides and kernels do not match", () => {
  const s = setting({ kind: "transposed", stride: [2, 2] });
  assert.ok(!even(s));
  assert.ok(even({ ...s, kernel_size: [4, 4] }));
  assert.ok(even({ ...s, stride: [1, 1] }));
  assert.ok(!even({ ...s, kernel_size: [4, 4], dilation: [2, 1] }));
});

Deno.test("a way out is written as Python would write it", () => {
  const to = { ...FIGURE, padding: [1, 2], padding_mode: "reflect", bias: false } as const;
  assert.equal(changes(FIGURE, to), 'padding=(1, 2), bias=False, padding_mode="reflect"');
});
