/**
 * Reads losses that torch computed, computes the same here, and prints each difference as a line;
 * no line, no difference. pytest runs it: deno run --allow-read=FILE against_torch.ts FILE
 */

import { code, compute, type Task } from "./arithmetic.ts";

interface Case {
  readonly task: Omit<Task, "logits" | "target" | "weight"> & {
    readonly logits: number[];
    readonly target: number[];
    readonly weight: number[];
  };
  readonly terms: number[];
  readonly value: number;
  readonly gradient: number[];
}

const cases: Case[] = JSON.parse(await Deno.readTextFile(Deno.args[0]!));
const codes: string[] = [];
for (const one of cases) {
  const { logits, target, weight } = one.task;
  const task: Task = {
    ...one.task,
    logits: Float64Array.from(logits),
    target: Float64Array.from(target),
    weight: Float64Array.from(weight),
  };
  const found = compute(task);
  close(one, "terms", [...found.terms], one.terms);
  close(one, "value", [found.value], [one.value]);
  close(one, "gradient", [...found.gradient], one.gradient);
  codes.push(code(task));
}
// deno-lint-ignore no-console -- what pytest reads
console.log(JSON.stringify(codes));

function close(one: Case, what: string, got: number[], expected: number[]): void {
  const size = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-300);
  const far = got.some((g, i) => !(Math.abs(g - expected[i]!) <= 1e-9 * size));
  if (far || got.length !== expected.length) {
    // deno-lint-ignore no-console -- as above
    console.log(JSON.stringify({ what, got, expected, task: one.task }));
  }
}
