import assert from "node:assert/strict";
import { between, holds, joined, merged } from "./area.ts";

const sizes = { rows: 9, columns: 4 };

Deno.test("an area lies between two cells, whichever comes first", () => {
  const area = { rows: [[2, 6]], columns: [[1, 4]] };
  assert.deepEqual(between([2, 3], [5, 1], sizes), area);
  assert.deepEqual(between([5, 1], [2, 3], sizes), area);
});

Deno.test("the rulers stand for whole rows, whole columns, the whole frame", () => {
  assert.deepEqual(between([2, -1], [3, -1], sizes), { rows: [[2, 4]], columns: [[0, 4]] });
  assert.deepEqual(between([-1, 2], [-1, 2], sizes), { rows: [[0, 9]], columns: [[2, 3]] });
  assert.deepEqual(between([-1, -1], [-1, -1], sizes), { rows: [[0, 9]], columns: [[0, 4]] });
});

Deno.test("areas join to the product of their rows and columns", () => {
  const one = between([0, 0], [1, 0], sizes);
  const other = between([2, 2], [2, 3], sizes);
  assert.deepEqual(joined(one, other), { rows: [[0, 3]], columns: [[0, 1], [2, 4]] });
  assert.deepEqual(merged([[5, 6], [0, 3], [1, 2]]), [[0, 3], [5, 6]]);
  assert.ok(holds([[0, 1], [4, 6]], 5) && !holds([[0, 1], [4, 6]], 6));
});
