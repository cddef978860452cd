import assert from "node:assert/strict";
import { nudge, position, POSITIONS, valueAt } from "./scale.ts";

const rate = { low: 1e-5, high: 1, log: true };
const share = { low: 0, high: 0.999, log: false };

Deno.test("the ends are exact", () => {
  for (const scale of [rate, share]) {
    assert.equal(valueAt(0, scale), scale.low);
    assert.equal(valueAt(POSITIONS, scale), scale.high);
    assert.equal(position(scale.low, scale), 0);
    assert.equal(position(scale.high, scale), POSITIONS);
  }
});

Deno.test("on a logarithmic slider equal ways are equal factors", () => {
  assert.equal(position(1e-3, rate), 400);
  assert.equal(valueAt(200, rate), 1e-4);
  assert.equal(valueAt(600, rate), 0.01);
});

Deno.test("values between the ends have three significant digits", () => {
  for (let place = 1; place < POSITIONS; place++) {
    const value = valueAt(place, rate);
    assert.equal(value, Number(value.toPrecision(3)));
    assert.ok(Math.abs(position(value, rate) - place) <= 1);
  }
});

Deno.test("a linear slider keeps its place", () => {
  for (let place = 0; place <= POSITIONS; place++) {
    assert.ok(Math.abs(position(valueAt(place, share), share) - place) <= 1);
  }
});

Deno.test("values beyond an end stand at it", () => {
  assert.equal(position(5, rate), POSITIONS);
  assert.equal(position(0, rate), 0);
  assert.equal(position(-3, share), 0);
});

Deno.test("a logarithmic slider may begin at zero", () => {
  const decay = { low: 0, high: 0.1, log: true };
  assert.equal(valueAt(0, decay), 0);
  assert.equal(position(0, decay), 0);
  assert.ok(valueAt(1, decay) > 0);
});

Deno.test("a key press is a tenth of a decade, back and forth", () => {
  assert.equal(nudge(0.01, 1, rate), 0.013);
  assert.equal(nudge(0.01, -1, rate), 0.0079);
  let value = 0.01;
  for (let i = 0; i < 10; i++) value = nudge(value, 1, rate);
  assert.ok(Math.abs(value - 0.1) < 0.005);
  assert.equal(nudge(1, 1, rate), 1);
});

Deno.test("a key press on a linear slider is a hundredth of it", () => {
  assert.equal(nudge(0.9, -1, share), 0.89);
  assert.equal(nudge(0, -1, share), 0);
});

Deno.test("a slider of whole numbers gives no others, and a key press is the next one", () => {
  const count = { low: 1, high: 10, log: false, whole: true };
  for (let place = 0; place <= POSITIONS; place++) {
    const value = valueAt(place, count);
    assert.ok(Number.isInteger(value) && value >= 1 && value <= 10);
  }
  for (let value = 1; value <= 10; value++) {
    assert.equal(valueAt(position(value, count), count), value);
    assert.equal(nudge(value, 1, count), Math.min(10, value + 1));
    assert.equal(nudge(value, -1, count), Math.max(1, value - 1));
  }
});
