import assert from "node:assert/strict";
import { order, share } from "./stage.ts";

Deno.test("a probability says when it only rounds to 0 or 1", () => {
  const texts = [0, 0.004, 0.005, 0.25, 0.9949, 0.999, 1, NaN].map(share);
  assert.equal(texts.join(" "), "0 <.01 .01 .25 .99 >.99 1.00 NaN");
});

Deno.test("of many tags the most probable are shown, of few all in their order", () => {
  const many = Float64Array.of(0.1, 0.5, 0.05, 0.3, 0.05);
  assert.equal(order(many, 3).join(), "1,3,0");
  assert.equal(order(many, 5).join(), "0,1,2,3,4");
  assert.equal(order(Float64Array.of(NaN, NaN, NaN), 2).join(), "0,1");
});
