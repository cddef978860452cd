import { strict as assert } from "node:assert";
import { numbers, type Sum, WIDTH, wiringOf } from "./wiring.ts";

const sum = (value: number): Sum => [0.5, 0.25, -0.5, 0.125, value];

Deno.test("the products of an LSTM add up to its cell and hidden state", () => {
  const ends = [0.1, 0.3, 2, 0.9];
  const found = numbers(["i", "f", "g", "o"], [0.5, 0.25, 0.8, 0.4].map(sum), ends);
  assert.equal(found["fc"], 0.5);
  assert.equal(found["ig"], 0.4);
  assert.equal(found["out"], 0.4 * Math.tanh(0.9));
  assert.equal(found["c_before"], 2);
});

Deno.test("the products of a GRU add up to its hidden state", () => {
  const found = numbers(["r", "z", "n"], [0.5, 0.25, -0.8].map(sum), [0.4, 0, NaN, NaN]);
  assert.equal(found["zh"], 0.1);
  assert.ok(Math.abs(found["new"]! + 0.6) < 1e-12);
  assert.equal(found["rh"], 0.5 * (-0.5 + 0.125));
});

Deno.test("every part stands inside the drawing, whatever the net", () => {
  for (const kind of ["lstm", "gru", "rnn"] as const) {
    for (const reverse of [false, true]) {
      const { boxes, ends, height, signs } = wiringOf(
        { kind, relu: kind === "rnn", out: 2, hidden: 3 },
        reverse,
      );
      for (const { x, y } of [...boxes, ...ends, ...signs]) {
        assert.ok(x > 0 && x < WIDTH && y > 0 && y < height);
      }
      assert.equal(ends.some(({ name }) => name.includes("₊₁")), reverse);
    }
  }
  const rnn = { kind: "rnn", relu: true, out: 3, hidden: 3 } as const;
  assert.equal(wiringOf(rnn, false).boxes[0]!.squash, "relu");
});
