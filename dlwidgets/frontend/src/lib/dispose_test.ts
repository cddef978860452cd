import assert from "node:assert/strict";
import { Disposer } from "./dispose.ts";

Deno.test("after disposal nothing fires", async () => {
  const bin = new Disposer(() => {});
  const heard: string[] = [];
  const target = new EventTarget();
  bin.listen(target, "ping", () => heard.push("event"));
  bin.timer(0, () => heard.push("timer"));
  const guarded = bin.guard(() => heard.push("guarded"));
  target.dispatchEvent(new Event("ping"));
  bin.dispose();
  target.dispatchEvent(new Event("ping"));
  guarded();
  await new Promise((done) => setTimeout(done, 1));
  assert.deepEqual(heard, ["event"]);
});

Deno.test("what is undone early is not undone again, the rest newest first", () => {
  const bin = new Disposer(() => {});
  const undone: number[] = [];
  bin.add(() => undone.push(1));
  bin.add(() => undone.push(2));
  const early = bin.add(() => undone.push(3));
  early();
  early();
  bin.dispose();
  bin.dispose();
  assert.deepEqual(undone, [3, 2, 1]);
});

Deno.test("an error in a callback is reported, not thrown", () => {
  const errors: unknown[] = [];
  const bin = new Disposer((error) => errors.push(error));
  bin.guard(() => {
    throw new Error("broken");
  })();
  assert.equal(String(errors[0]), "Error: broken");
});
