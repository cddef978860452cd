import assert from "node:assert/strict";
import { type Palette, rgb, shade } from "./diverging.ts";

const look: Palette = {
  negative: [200, 100, 0],
  zero: [255, 255, 255],
  positive: [0, 100, 200],
  broken: [1, 2, 3],
};

Deno.test("the ends of the scale and zero have the colours of the palette", () => {
  assert.deepEqual(shade(-2, 2, look), look.negative);
  assert.deepEqual(shade(0, 2, look), look.zero);
  assert.deepEqual(shade(2, 2, look), look.positive);
});

Deno.test("equal magnitudes are equally far from zero's colour", () => {
  const [up, down] = [shade(0.5, 2, look), shade(-0.5, 2, look)];
  assert.deepEqual(up, [255 - 255 / 4, 255 - 155 / 4, 255 - 55 / 4]);
  assert.deepEqual(down, [255 - 55 / 4, 255 - 155 / 4, 255 - 255 / 4]);
});

Deno.test("what is no number has a colour of its own, and all zeros are zero", () => {
  assert.deepEqual(shade(NaN, 1, look), look.broken);
  assert.deepEqual(shade(-Infinity, 1, look), look.broken);
  assert.deepEqual(shade(0, 0, look), look.zero);
});

Deno.test("beyond the scale is at its end", () => {
  assert.deepEqual(shade(9, 2, look), look.positive);
});

Deno.test("computed colours of both spellings are read", () => {
  assert.deepEqual(rgb("rgb(1, 20, 255)"), [1, 20, 255]);
  assert.deepEqual(rgb("rgba(1, 20, 255, 0.5)"), [1, 20, 255]);
  assert.deepEqual(rgb("color(srgb 0 0.2 1)"), [0, 51, 255]);
  assert.deepEqual(rgb("color(srgb 1e-5 0 1)"), [0.00255, 0, 255]);
});
