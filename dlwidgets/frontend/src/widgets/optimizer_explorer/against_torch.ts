/**
 * Reads races that torch has run, takes every step of them apart, and prints how far each is from
 * torch. pytest runs it: deno run --allow-read=FILE against_torch.ts FILE
 */

import { apart, type Record_ } from "./record.ts";

type Plain<T> = { [K in keyof T]: T[K] extends Float64Array ? number[] : T[K] };

const cases: { record: Plain<Record_>; steps: number }[] = JSON.parse(
  await Deno.readTextFile(Deno.args[0]!),
);
for (const { record, steps } of cases) {
  const found = apart(
    {
      ...record,
      gradients: Float64Array.from(record.gradients),
      held: Float64Array.from(record.held),
      before: Float64Array.from(record.before),
      after: Float64Array.from(record.after),
      points: Float64Array.from(record.points),
    },
    steps,
  );
  // deno-lint-ignore no-console -- what pytest reads
  console.log(found ?? -1);
}
