import assert from "node:assert/strict";
import { clock, count, parse, percent, quantity, rate } from "./format.ts";

Deno.test("quantities are short and keep their digits", () => {
  const shown = [0.3141592, 1, 0.1, 12345.6, 1234.56, 1e-5, -0.5, 3.2e9, 0, NaN, Infinity, null];
  assert.deepEqual(shown.map((value) => quantity(value)), [
    "0.3142",
    "1",
    "0.1",
    "12,346",
    "1235",
    "1e-5",
    "−0.5",
    "3.2e9",
    "0",
    "NaN",
    "∞",
    "–",
  ]);
  assert.equal(quantity(0.123456789, 6), "0.123457");
});

Deno.test("counts and clocks", () => {
  assert.equal(count(1234567), "1,234,567");
  assert.deepEqual([0.4, 41.2, 725, 3723, null].map(clock), [
    "0:00",
    "0:41",
    "12:05",
    "1:02:03",
    "–",
  ]);
});

Deno.test("rates and shares", () => {
  assert.deepEqual([1830.4, 12.34, 0.421, 0, null].map(rate), ["1,830", "12", "0.42", "–", "–"]);
  assert.deepEqual([0, 0.01, 1.23, 12.6, null].map(percent), ["0 %", "0 %", "1.2 %", "13 %", "–"]);
});

Deno.test("numbers are read as people type them", () => {
  assert.deepEqual(["1e-3", " 0.01 ", "0,5", "−2", ".5"].map(parse), [0.001, 0.01, 0.5, -2, 0.5]);
  assert.deepEqual(["", "abc", "1e", "NaN", "Infinity", "1,2,3"].map(parse), Array(6).fill(null));
});
