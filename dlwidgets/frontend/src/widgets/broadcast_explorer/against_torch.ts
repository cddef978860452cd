/**
 * Reads shapes and the place in each that torch's `expand` repeats at every cell, finds the same
 * here, and prints each difference; no line, no difference.
 * pytest runs it: deno run --allow-read=FILE against_torch.ts FILE
 */

import { repeated, sourceOf } from "./source.ts";

interface Case {
  readonly shape: number[];
  readonly out: number[];
  /** The flat place of the source of each cell of the result. */
  readonly source: number[];
}

const cases: Case[] = JSON.parse(await Deno.readTextFile(Deno.args[0]!));
for (const { shape, out, source } of cases) {
  const seen = new Set<number>();
  const found = source.map((_, cell) => {
    const index = unravel(out, cell);
    const flat = sourceOf(shape, index).reduce((sum, at, axis) => sum * shape[axis]! + at, 0);
    // The first cell that reads a number is that number's own; those after repeat it.
    const first = !seen.has(flat);
    seen.add(flat);
    return first === !repeated(shape, index) ? flat : -1;
  });
  if (found.join() !== source.join()) {
    // deno-lint-ignore no-console -- what pytest reads
    console.log(JSON.stringify({ shape, out, source, found }));
  }
}

function unravel(shape: readonly number[], cell: number): number[] {
  let rest = cell;
  return shape.toReversed().map((size) => {
    const at = rest % size;
    rest = (rest - at) / size;
    return at;
  }).toReversed();
}
