/** Which term a wrong answer for an output cell has missed. */

import { type Cell, pools, type Term, terms, weightAt } from "./arithmetic/mod.ts";
import { type Picture, placeOf } from "./picture.ts";
import { near } from "./quiz.ts";

/** What explains a wrong answer. */
export type CellMistake =
  | { readonly kind: "relu" | "bias" | "added" | "flipped" | "sum" | "average" | "maximum" }
  | { readonly kind: "missing" | "sign"; readonly term: Term }
  | { readonly kind: "channel"; readonly channel: number }
  | { readonly kind: "window"; readonly cell: Cell }
  | { readonly kind: "stride" };

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The simplest explanation of an answer; `null` where none fits. */
export function cellMistake(now: Picture, cell: Cell, answer: number): CellMistake | null {
  const { setting: s } = now;
  const place = placeOf(now, cell);
  const before = now.before[place]!;
  const is = (value: number): boolean => near(answer, value);
  if (s.relu && before < 0 && is(before)) return { kind: "relu" };
  const all = terms(s, cell, now.input, now.weight);
  const own = pools(s.kind) ? ofPool(all, s.kind, is) : ofSum(now, cell, all, before, is);
  return own ?? elsewhere(now, cell, is);
}

type Is = (value: number) => boolean;

function ofPool(all: readonly Term[], kind: string, is: Is): CellMistake | null {
  const values = all.map(({ value }) => value);
  const sum = total(values);
  if (kind === "max") return is(sum / values.length) ? { kind: "average" } : null;
  if (is(sum)) return { kind: "sum" };
  return is(Math.max(...values)) ? { kind: "maximum" } : null;
}

function ofSum(
  now: Picture,
  cell: Cell,
  all: readonly Term[],
  before: number,
  is: Is,
): CellMistake | null {
  const { setting: s } = now;
  const bias = s.bias ? now.bias[cell.channel]! : 0;
  if (bias !== 0 && is(before - bias)) return { kind: "bias" };
  const some = all.filter(({ product }) => product !== 0);
  const missing = some.find(({ product }) => is(before - product));
  if (missing) return { kind: "missing", term: missing };
  const sign = some.find(({ product }) => is(before - 2 * product));
  if (sign) return { kind: "sign", term: sign };
  if (is(total(all.map(({ value }) => value)) + bias)) return { kind: "added" };
  if (s.kind === "conv" && is(turned(now, all) + bias)) return { kind: "flipped" };
  for (const channel of new Set(all.map((term) => weightAt(s, term.weightIndex).in))) {
    const alone = all.filter((term) => weightAt(s, term.weightIndex).in === channel);
    const rest = before - total(alone.map(({ product }) => product));
    if (alone.length < all.length && is(rest)) return { kind: "channel", channel };
  }
  return null;
}

/** The sum with the kernel turned by half a circle, as convolution is defined in mathematics. */
function turned({ setting: s, weight }: Picture, all: readonly Term[]): number {
  const plane = s.kernel_size[0] * s.kernel_size[1];
  return total(all.map(({ value, weightIndex }) => {
    const first = Math.floor(weightIndex / plane) * plane;
    return value * weight[first + plane - 1 - (weightIndex - first)]!;
  }));
}

/** The answer of another window: a neighbour, or the one that a stride of 1 would reach. */
function elsewhere(now: Picture, cell: Cell, is: Is): CellMistake | null {
  const [height, width] = now.size;
  for (const [down, across] of [[0, 1], [0, -1], [1, 0], [-1, 0]] as const) {
    const [row, column] = [cell.row + down, cell.column + across];
    if (row < 0 || row >= height || column < 0 || column >= width) continue;
    const other = { ...cell, row, column };
    if (is(now.output[placeOf(now, other)]!)) return { kind: "window", cell: other };
  }
  const { setting: s } = now;
  if (s.kind === "transposed" || String(s.stride) === "1,1") return null;
  const close = terms({ ...s, stride: [1, 1] }, cell, now.input, now.weight);
  const values = close.map(({ value }) => value);
  const bias = s.bias ? now.bias[cell.channel]! : 0;
  const found = s.kind === "max"
    ? Math.max(...values)
    : total(close.map(({ product }) => product)) + bias;
  return is(found) ? { kind: "stride" } : null;
}
