import assert from "node:assert/strict";
import { Even, scale, seen, TALLEST, toward, Uneven } from "./axis.ts";

Deno.test("uneven things stand where the sums of those before them say", () => {
  const line = new Uneven(5, 10);
  line.set(1, 30);
  line.set(3, 4);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((i) => line.offset(i)), [0, 10, 40, 50, 54, 64]);
  assert.equal(line.total, 64);
  for (let pixel = 0; pixel < 64; pixel++) {
    const at = line.at(pixel);
    assert.ok(line.offset(at) <= pixel && pixel < line.offset(at + 1), `${pixel}`);
  }
  assert.equal(line.at(1e9), 4);
  assert.equal(line.at(-5), 0);
});

Deno.test("nothing stands anywhere in an empty line", () => {
  for (const line of [new Even(0, 24), new Uneven(0, 90)]) {
    assert.equal(line.at(0), -1);
    assert.deepEqual(seen(line, 0, 300), [0, 0]);
  }
});

Deno.test("both ends of a million rows are reached by a bar that browsers can draw", () => {
  const [rows, view] = [new Even(1_000_000, 24), 264];
  const { factor, length } = scale(rows.total, view);
  assert.equal(length, TALLEST);
  assert.deepEqual(seen(rows, 0, view), [0, 11]);
  assert.deepEqual(seen(rows, (length - view) * factor, view), [999_989, 1_000_000]);
  assert.deepEqual(scale(2400, view), { length: 2400, factor: 1 });
});

Deno.test("the way to a cell is the shortest one", () => {
  const rows = new Even(100, 10);
  assert.equal(toward(rows, 5, 0, 100), 0);
  assert.equal(toward(rows, 10, 0, 100), 10);
  assert.equal(toward(rows, 3, 200, 100), 30);
  assert.equal(toward(new Even(3, 500), 1, 0, 100), 500);
});
