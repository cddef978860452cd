import assert from "node:assert/strict";
import { detach, type Dtype, pack, read, unpack } from "./wire.ts";

Deno.test("an array comes back as it was packed", () => {
  const values = new Float32Array([1.5, NaN, -Infinity, 0]);
  assert.deepEqual(unpack(pack("float32", values, [2, 2])), values);
});

Deno.test("a view into the middle of a message is read from its own first byte", () => {
  const message = new Uint8Array(1 + 8);
  new DataView(message.buffer).setFloat64(1, 1 / 3, true);
  assert.deepEqual([...read("float64", new DataView(message.buffer, 1, 8))], [1 / 3]);
});

Deno.test("whole numbers of 64 bits stay exact", () => {
  const large = 2n ** 53n + 1n;
  assert.deepEqual([...read("int64", new BigInt64Array([large]))], [large]);
});

Deno.test("what was read no longer hangs on the message", () => {
  const bytes = new Uint8Array([1, 2]);
  const values = read("uint8", bytes.buffer);
  bytes[0] = 9;
  assert.deepEqual([...values], [1, 2]);
});

Deno.test("a shape that does not fit is an error with both numbers", () => {
  const wrong = { dtype: "uint8" as const, shape: [2, 3], data: new Uint8Array(5) };
  assert.throws(() => unpack(wrong), /shape \[2,3\] needs 6 values of uint8, got 5/);
  assert.throws(() => read("float32", new Uint8Array(3)), /3 bytes are no whole number of float32/);
});

Deno.test("an unknown dtype is named", () => {
  assert.throws(() => read("float16" as Dtype, new Uint8Array(2)), /unknown dtype "float16"/);
});

Deno.test("arrays leave a message as buffers, and numbers stand in their places", () => {
  const [a, b] = [new Float32Array([1, 2]), new Float64Array([3])];
  const { value, buffers } = detach({ x: pack("float32", a), y: [pack("float64", b), null], z: 1 });
  assert.deepEqual(buffers, [a, b]);
  assert.deepEqual(value, {
    x: { dtype: "float32", shape: [2], data: 0 },
    y: [{ dtype: "float64", shape: [1], data: 1 }, null],
    z: 1,
  });
});
