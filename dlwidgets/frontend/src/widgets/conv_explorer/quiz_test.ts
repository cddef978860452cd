import assert from "node:assert/strict";
import { setting } from "./arithmetic/mod.ts";
import { picture } from "./picture.ts";
import { INPUTS, KERNELS } from "./presets.ts";
import { answered, asked, begin, hidden, near, next, readNumber, readSize, shown } from "./quiz.ts";
import { cellMistake } from "./quiz_cell.ts";
import { sizeMistake } from "./quiz_size.ts";

Deno.test("numbers are read as people type them", () => {
  const read = ["4", " −1.5 ", "1/4", "1,5", "4.0", "-3/2", "２.５", ".5"].map(readNumber);
  assert.deepEqual(read, [4, -1.5, 0.25, 1.5, 4, -1.5, 2.5, 0.5]);
  for (const text of ["", "four", "1/0", "1/2/3", "1+1", "0x10", "Infinity"]) {
    assert.equal(readNumber(text), null, text);
  }
});

Deno.test("a size is one number or two", () => {
  const read = ["3", "3x4", "3 × 4", "(3, 4)", "[3,4]", "3 4", "３×４"].map(readSize);
  assert.deepEqual(read, [[3, 3], [3, 4], [3, 4], [3, 4], [3, 4], [3, 4], [3, 4]]);
  for (const text of ["", "3x", "-3", "2.5", "3x4x5"]) assert.equal(readSize(text), null, text);
});

Deno.test("whole numbers must be met, others to three digits", () => {
  assert.ok(near(4, 4) && !near(4.001, 4));
  assert.ok(near(0.473, 0.47317) && !near(0.47, 0.47317));
});

Deno.test("a task is hidden until it is answered or shown", () => {
  let quiz = begin([4, 7]);
  assert.deepEqual([asked(quiz), hidden(quiz)], [-1, { size: true, cells: new Set([4, 7]) }]);
  quiz = answered(quiz, "2", false);
  assert.deepEqual([quiz.tries[0], quiz.ends[0]], [["2"], ""]);
  quiz = next(answered(quiz, "3", true));
  assert.deepEqual([asked(quiz), hidden(quiz)], [4, { size: false, cells: new Set([4, 7]) }]);
  quiz = next(shown(quiz));
  assert.deepEqual([asked(quiz), hidden(quiz).cells], [7, new Set([7])]);
  quiz = next(answered(quiz, "1", true));
  assert.equal(asked(quiz), null);
  assert.deepEqual(quiz.ends, ["right", "shown", "right"]);
});

Deno.test("a wrong size names the step that was left out", () => {
  // (11 + 2·2 − 5) / 3 + 1 = 4 and a third.
  const s = setting({
    size: [11, 11],
    kernel_size: [3, 3],
    stride: [3, 3],
    padding: [2, 2],
    dilation: [2, 2],
  });
  const name = (answer: number) => sizeMistake(s, [answer, answer]);
  assert.equal(name(4), null);
  assert.equal(name(3), "one"); // also what no padding gives; the simpler one is named
  assert.equal(name(11), "stride"); // 11 + 4 − 5 + 1
  assert.equal(name(5), "floor");
  assert.equal(name(42), null);
  const padded = setting({ size: [12, 12], kernel_size: [5, 5], padding: [2, 2] });
  assert.equal(sizeMistake(padded, [8, 8]), "padding");
  assert.equal(sizeMistake(padded, [10, 10]), "once");
  assert.equal(sizeMistake(padded, [12, 8]), "padding");
  const wide = setting({ size: [5, 9] });
  assert.equal(sizeMistake(wide, [7, 3]), "swapped");
  assert.equal(sizeMistake(setting({ size: [9, 9], dilation: [2, 2] }), [7, 7]), "dilation");
  const back = setting({
    kind: "transposed",
    size: [4, 4],
    stride: [2, 2],
    output_padding: [1, 1],
  });
  // (4 − 1)·2 + 3 + 1 = 10.
  assert.equal(sizeMistake(back, [12, 12]), "first");
  assert.equal(
    sizeMistake(setting({ kind: "transposed", size: [5, 5], stride: [2, 2] }), [2, 2]),
    "other",
  );
});

function figure(change = {}, bias = 0) {
  const s = setting({ size: [5, 5], ...change });
  return picture({
    setting: s,
    input: INPUTS.count(s.in_channels, s.size, 0),
    weight: Float64Array.from(KERNELS.sobel_x),
    bias: Float64Array.from([bias]),
  });
}

Deno.test("a wrong cell names the term that is missing", () => {
  // Row 0 to 2 of 0, 1, 2, …: −0+2 −2·5+2·7 −10+12 = 8.
  const now = figure({}, 3);
  const cell = { channel: 0, row: 0, column: 0 };
  const kind = (answer: number) => cellMistake(now, cell, answer)?.kind ?? null;
  assert.equal(now.output[0], 11);
  assert.equal(kind(8), "bias");
  const missing = cellMistake(now, cell, 11 - 14);
  assert.ok(missing?.kind === "missing" && missing.term.value === 7 && missing.term.weight === 2);
  const sign = cellMistake(now, cell, 11 - 2 * 12);
  assert.ok(sign?.kind === "sign" && sign.term.value === 12);
  assert.equal(kind(-8 + 3), "flipped");
  assert.equal(kind(54 + 3), "added"); // 0+1+2+5+6+7+10+11+12
  assert.equal(kind(1000), null);
});

Deno.test("the value of another window is known as such", () => {
  const now = picture({
    setting: setting({ size: [4, 4], bias: false }),
    input: Float64Array.from({ length: 16 }, (_, i) => i * i),
    weight: Float64Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0]),
    bias: new Float64Array(0),
  });
  // The middles: 25, 36, 81, 100.
  const found = cellMistake(now, { channel: 0, row: 0, column: 0 }, 36);
  assert.deepEqual(found, { kind: "window", cell: { channel: 0, row: 0, column: 1 } });
});

Deno.test("poolings have mistakes of their own", () => {
  const of = (kind: "max" | "avg") =>
    picture({
      setting: setting({ kind, size: [2, 2], kernel_size: [2, 2] }),
      input: Float64Array.from([1, 2, 3, 6]),
      weight: new Float64Array(0),
      bias: new Float64Array(0),
    });
  const cell = { channel: 0, row: 0, column: 0 };
  assert.equal(cellMistake(of("max"), cell, 3)?.kind, "average");
  assert.equal(cellMistake(of("avg"), cell, 12)?.kind, "sum");
  assert.equal(cellMistake(of("avg"), cell, 6)?.kind, "maximum");
});

Deno.test("a forgotten ReLU is named", () => {
  const now = picture({
    setting: setting({ size: [1, 1], kernel_size: [1, 1], in_channels: 2, relu: true }),
    input: Float64Array.from([3, 5]),
    weight: Float64Array.from([1, -2]),
    bias: Float64Array.from([0]),
  });
  const cell = { channel: 0, row: 0, column: 0 };
  assert.deepEqual(cellMistake(now, cell, -7), { kind: "relu" });
});

Deno.test("a forgotten channel is named", () => {
  const now = picture({
    setting: setting({ size: [1, 2], kernel_size: [1, 2], in_channels: 2, bias: false }),
    input: Float64Array.from([1, 2, 3, 4]),
    weight: Float64Array.from([1, 1, 1, 1]),
    bias: new Float64Array(0),
  });
  const found = cellMistake(now, { channel: 0, row: 0, column: 0 }, 3);
  assert.deepEqual(found, { kind: "channel", channel: 1 });
});
