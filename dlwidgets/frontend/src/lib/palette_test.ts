import assert from "node:assert/strict";
import { look } from "./palette.ts";

Deno.test("curves differ in more than colour", () => {
  const shapes = Array.from(
    { length: 20 },
    (_, i) => JSON.stringify([look(i).dash, look(i).marker]),
  );
  assert.equal(new Set(shapes).size, 20);
});
