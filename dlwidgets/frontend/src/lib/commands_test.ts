import assert from "node:assert/strict";
import { Commands } from "./commands.ts";
import { Disposer } from "./dispose.ts";

interface Message {
  cmd: string;
  value: unknown;
  seq: number;
}

function setup(): { commands: Commands; sent: Message[]; bin: Disposer } {
  const sent: Message[] = [];
  const bin = new Disposer((error) => {
    throw error;
  });
  const commands = new Commands((content) => sent.push(content as Message), bin, () => {});
  return { commands, sent, bin };
}

Deno.test("while a slider is dragged one value is on the way and the newest follows", () => {
  const { bin, commands, sent } = setup();
  for (const value of [1, 2, 3, 4]) commands.newest("lr", "set", value);
  assert.deepEqual(sent.map(({ value }) => value), [1]);
  commands.answer(sent[0]!.seq, "");
  assert.deepEqual(sent.map(({ value }) => value), [1, 4]);
  commands.answer(sent[1]!.seq, "");
  assert.ok(!commands.pending("lr"));
  bin.dispose();
});

Deno.test("the value at release is sent at once and nothing older follows it", () => {
  const { bin, commands, sent } = setup();
  for (const value of [1, 2, 3]) commands.newest("lr", "set", value);
  commands.now("lr", "set", 9);
  assert.deepEqual(sent.map(({ value }) => value), [1, 9]);
  commands.answer(sent[0]!.seq, "");
  assert.ok(commands.pending("lr"));
  commands.answer(sent[1]!.seq, "");
  assert.deepEqual(sent.map(({ value }) => value), [1, 9]);
  assert.ok(!commands.pending("lr"));
  bin.dispose();
});

Deno.test("sliders do not wait for each other", () => {
  const { bin, commands, sent } = setup();
  commands.newest("lr", "set", 1);
  commands.newest("momentum", "set", 2);
  assert.equal(sent.length, 2);
  assert.equal(sent[1]!.seq, sent[0]!.seq + 1);
  bin.dispose();
});

Deno.test("a refusal is kept until the same thing is asked again", () => {
  const { bin, commands, sent } = setup();
  commands.now("lr", "set", -1);
  commands.answer(sent[0]!.seq, "expected 0 or more");
  assert.deepEqual(commands.refusal, { key: "lr", text: "expected 0 or more" });
  commands.now("lr", "set", 1);
  assert.equal(commands.refusal, null);
  bin.dispose();
});

Deno.test("answers to another page change nothing", () => {
  const { bin, commands, sent } = setup();
  commands.now("hold", "pause");
  commands.answer(sent[0]!.seq + 1, "");
  assert.ok(commands.pending("hold"));
  bin.dispose();
});
