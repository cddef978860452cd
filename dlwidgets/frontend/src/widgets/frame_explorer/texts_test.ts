import assert from "node:assert/strict";
import { parted, tuple, visible } from "./texts.ts";

Deno.test("what would break the line or turn the text around is shown instead", () => {
  assert.equal(visible("a\nb\r\nc\td"), "a⏎b⏎c⇥d");
  assert.equal(visible("a\u0000\u001b[31m"), "a␀␛[31m");
  assert.equal(visible("evil\u202etxt"), "evil⟨U+202E⟩txt");
  assert.equal(visible("<script>价格 שלום 🎉"), "<script>价格 שלום 🎉");
});

Deno.test("places count characters as Python does", () => {
  assert.deepEqual(parted('df["🎉价"]', 3, 7), ["df[", '"🎉价"', "]"]);
});

Deno.test("shapes are written as tuples", () => {
  assert.deepEqual([[], [3], [2, 4]].map(tuple), ["()", "(3,)", "(2, 4)"]);
});
