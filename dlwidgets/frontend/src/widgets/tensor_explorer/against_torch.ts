/**
 * Reads tensors with strides and, from torch, the address of each number; finds the same here and
 * prints each difference. pytest runs it: deno run --allow-read=FILE against_torch.ts FILE
 */

import { addressOf, type Layout, reads, unravel } from "./layout.ts";

interface Case extends Layout {
  readonly addresses: number[];
}

const cases: Case[] = JSON.parse(await Deno.readTextFile(Deno.args[0]!));
for (const one of cases) {
  const found = one.addresses.map((_, place) => addressOf(one, unravel(one.shape, place)));
  const all = [...reads(one, 1e6)!].sort((a, b) => a - b);
  const expected = [...new Set(one.addresses)].sort((a, b) => a - b);
  if (found.join() !== one.addresses.join() || all.join() !== expected.join()) {
    // deno-lint-ignore no-console -- what pytest reads
    console.log(JSON.stringify({ ...one, found, all }));
  }
}
