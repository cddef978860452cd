/** Which step of the output-size formula a wrong answer has left out. */

import { type Axis, numeric, type Pair, pools, type Setting, span } from "./arithmetic/mod.ts";
import { outputSize } from "./arithmetic/mod.ts";

/** The simplest first: where several explain an answer, the first is named. */
const MISTAKES = [
  "swapped",
  "one",
  "padding",
  "once",
  "stride",
  "floor",
  "dilation",
  "extra",
  "first",
  "other",
] as const;

export type SizeMistake = typeof MISTAKES[number];

/** The letters of the formula along one axis; `p` is the padding of both sides together. */
interface Letters {
  readonly n: number;
  readonly p: number;
  readonly k: number;
  /** What the dilated kernel spans. */
  readonly reach: number;
  readonly s: number;
  readonly a: number;
}

function letters(setting: Setting, axis: Axis): Letters {
  const reach = span(setting, axis);
  const p = setting.padding === "same" ? reach - 1 : 2 * numeric(setting)[axis];
  const [n, k, s] = [setting.size[axis], setting.kernel_size[axis], setting.stride[axis]];
  return { n, p, k, reach, s, a: setting.output_padding[axis] };
}

function gathered({ n, p, reach, s }: Letters, round: (value: number) => number): number {
  return round((n + p - reach) / s) + 1;
}

function scattered({ n, p, reach, s, a }: Letters): number {
  return (n - 1) * s - p + reach + a;
}

/** What each mistake makes of an axis. */
function wrong(setting: Setting, axis: Axis, mistake: SizeMistake): number {
  const v = letters(setting, axis);
  const up = setting.ceil_mode && pools(setting.kind);
  const [round, other] = up ? [Math.ceil, Math.floor] : [Math.floor, Math.ceil];
  const back = setting.kind === "transposed";
  const right = (some: Letters): number => back ? scattered(some) : gathered(some, round);
  switch (mistake) {
    case "swapped":
      return outputSize(setting)[1 - axis]!;
    case "one":
      return outputSize(setting)[axis] - 1;
    case "padding":
      return right({ ...v, p: 0 });
    case "once":
      return right({ ...v, p: v.p / 2 });
    case "stride":
      return right({ ...v, s: 1 });
    case "floor":
      return back ? NaN : gathered(v, other);
    case "dilation":
      return right({ ...v, reach: v.k });
    case "extra":
      return back ? scattered({ ...v, a: 0 }) : NaN;
    case "first":
      return back ? v.n * v.s - v.p + v.reach + v.a : NaN;
    case "other":
      return back ? gathered(v, Math.floor) : scattered(v);
  }
}

/** The mistake that explains an answer on both axes; `null` where none does. */
export function sizeMistake(setting: Setting, answer: Pair): SizeMistake | null {
  const truth = outputSize(setting);
  const off = ([0, 1] as const).filter((axis) => answer[axis] !== truth[axis]);
  if (off.length === 0) return null;
  const explains = (mistake: SizeMistake): boolean =>
    off.every((axis) => wrong(setting, axis, mistake) === answer[axis]);
  return MISTAKES.find(explains) ?? null;
}
