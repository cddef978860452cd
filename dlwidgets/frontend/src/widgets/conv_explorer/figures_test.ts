import assert from "node:assert/strict";
import { hand } from "./figures.ts";

const written = (values: number[], room = 99): string[] => {
  const { write, longest } = hand(Float64Array.from(values), (length) => length <= room);
  const texts = values.map(write);
  for (const text of texts) assert.ok(text.length <= longest, `${text} is longer than ${longest}`);
  return texts;
};

Deno.test("whole numbers stay whole", () => {
  assert.deepEqual(written([0, -3, 12345]), ["0", "−3", "12345"]);
});

Deno.test("all numbers of a grid have the same decimals, three digits of the largest", () => {
  assert.deepEqual(written([2.5, -0.0144, 1]), ["2.5", "−0.01", "1"]);
  assert.deepEqual(written([0.1139, -0.1749, 0]), ["0.114", "−0.175", "0"]);
});

Deno.test("in small cells decimals go, and the leading zero, but never the last decimal", () => {
  assert.deepEqual(written([-0.1749, 0.02], 5), ["−.175", ".02"]);
  assert.deepEqual(written([-0.1749, 0.02], 4), ["−.17", ".02"]);
  assert.deepEqual(written([-7.5, 3], 1), ["−7.5", "3"]);
});

Deno.test("what rounds to zero is told from zero", () => {
  assert.deepEqual(written([1.5, 0.0004, 0, -0]), ["1.5", "0.00", "0", "0"]);
});

Deno.test("very large and very small grids are written with powers of ten", () => {
  assert.deepEqual(written([1.25e-5, -3e-3]), ["1.3e-5", "−0.003"]);
  assert.deepEqual(written([2.5e7]), ["2.5e7"]);
});

Deno.test("what is no finite number has its name", () => {
  assert.deepEqual(written([NaN, Infinity, -Infinity, 0.5]), ["NaN", "∞", "−∞", "0.5"]);
});
