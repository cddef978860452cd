/**
 * Reads what torch computed for many settings, computes the same here, and prints each difference
 * as one line of JSON; no line, no difference. pytest runs it:
 *
 *   deno run --allow-read=FOLDER against_torch.ts FOLDER
 *
 * `cases.json` lists the cases, `values.bin` holds all numbers as float64, one after the other.
 */

import * as here from "./mod.ts";
import { because, inequality } from "../rule_words.ts";

/** Where an array lies in `values.bin`: the first number, and how many. */
type Span = readonly [number, number];

interface Valid {
  readonly setting: here.Setting;
  readonly size: here.Pair;
  readonly left_out: here.Pair;
  readonly counts: readonly number[];
  readonly functional: string;
  readonly numeric: here.Pair;
  /** The setting as each kind of layer, in the order of `CLASS`. */
  readonly as_kind: readonly here.Setting[];
  readonly input: Span;
  readonly weight: Span;
  readonly bias: Span | null;
  readonly output: Span;
  /** The output without bias and ReLU. */
  readonly bare: Span;
  /** A vector as long as the output, and Wᵀ times it, from autograd. */
  readonly seed: Span | null;
  readonly pulled: Span | null;
}

interface Invalid {
  readonly setting: here.Setting;
  readonly problems: (here.Problem & { en: string; zh: string; inequality: string })[];
  readonly nearest: here.Setting;
}

const TOLERANCE = 1e-5;

const folder = Deno.args[0]!;
const cases: { valid: Valid[]; invalid: Invalid[] } = JSON.parse(
  Deno.readTextFileSync(`${folder}/cases.json`),
);
const all = new Float64Array(Deno.readFileSync(`${folder}/values.bin`).buffer);

function numbers(span: Span): Float64Array {
  return all.subarray(span[0], span[0] + span[1]);
}

/** JSON with its keys in order, so that equal things have equal texts. */
function text(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  );
}

function report(setting: here.Setting, what: string, got: unknown, wanted: unknown): void {
  const line = JSON.stringify({ what, got: String(got), wanted: String(wanted), setting });
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function same(setting: here.Setting, what: string, got: unknown, wanted: unknown): void {
  if (text(got) !== text(wanted)) report(setting, what, text(got), text(wanted));
}

function close(s: here.Setting, what: string, got: ArrayLike<number>, wanted: Float64Array): void {
  if (got.length !== wanted.length) return report(s, what, got.length, wanted.length);
  for (let at = 0; at < got.length; at++) {
    const [a, b] = [got[at]!, wanted[at]!];
    // Equal infinities have no difference that could be measured.
    if (a === b || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b))) continue;
    return report(s, `${what} [${at}]`, a, b);
  }
}

/** All cells of channels × rows × columns, in the order of the flattened array. */
function* cells(channels: number, [height, width]: here.Pair): Generator<here.Cell> {
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) yield { channel, row, column };
    }
  }
}

/** A cell as text, to compare lists of them; much cheaper than JSON. */
function key(cell: here.Cell | null): string {
  return cell === null ? "ring" : `${cell.channel},${cell.row},${cell.column}`;
}

/** What takes part in each output, told three ways: by the output, the input and the weight. */
function links(s: here.Setting, input: Float64Array, weight: Float64Array, bare: Float64Array) {
  const size = here.outputSize(s);
  const totals: number[] = [];
  const joins = new Set<string>();
  const uses: string[] = [];
  for (const output of cells(s.out_channels, size)) {
    const terms = here.terms(s, output, input, weight);
    const winner = terms.find((term) => term.winner)?.product ?? -Infinity;
    totals.push(s.kind === "max" ? winner : terms.reduce((sum, { product }) => sum + product, 0));
    for (const { input: cell, weightIndex, ring } of terms) {
      if (cell !== null) joins.add(`${key(cell)} > ${key(output)}`);
      if (cell === null && !ring) report(s, "terms: a zero outside the ring", text(output), "none");
      uses.push(`${weightIndex}: ${key(cell)} > ${key(output)}`);
    }
  }
  close(s, "terms", totals, bare);
  const fed = [...cells(s.in_channels, s.size)].flatMap((cell) =>
    here.feeds(s, cell).map((output) => `${key(cell)} > ${key(output)}`)
  );
  same(s, "feeds", fed.sort().join(), [...joins].sort().join());
  const used = [...taps(s)].flatMap((tap) => {
    const index = here.weightIndex(s, tap);
    if (index >= 0) same(s, "weightAt", here.weightAt(s, index), tap);
    return here.uses(s, tap).map(({ input, output }) => `${index}: ${key(input)} > ${key(output)}`);
  });
  same(s, "uses", used.sort().join(), uses.sort().join());
}

/** Every weight, by its channels and place; of pooling, every place of each channel. */
function* taps(s: here.Setting): Generator<here.Tap> {
  for (const { channel: out, row, column } of cells(s.out_channels, s.kernel_size)) {
    for (const channel of here.channelsOf(s, out)) yield { out, in: channel, row, column };
  }
}

/** The matrix times the input is the output; its transpose is what autograd computes. */
function product(s: here.Setting, one: Valid, input: Float64Array, weight: Float64Array): void {
  const seed = numbers(one.seed!);
  const { rows, columns, entries } = here.matrix(s, weight);
  const [forth, back] = [new Float64Array(rows), new Float64Array(columns)];
  for (const { row, column, value, weightIndices } of entries) {
    forth[row]! += value * input[column]!;
    back[column]! += value * seed[row]!;
    if (s.kind === "avg") continue;
    close(s, "entry", [value], Float64Array.of(weightIndices.reduce((t, i) => t + weight[i]!, 0)));
  }
  close(s, "W x", forth, numbers(one.bare));
  close(s, "Wᵀ y", back, numbers(one.pulled!));
}

/** The two views of a transposed convolution, and how often its windows overlap. */
function views(s: here.Setting, one: Valid, input: Float64Array, weight: Float64Array): void {
  const bare = numbers(one.bare);
  const { plain, values, kernel } = here.inserted(s, input, weight);
  same(s, "inserted: problems", here.problems(plain), []);
  same(s, "inserted: size", here.outputSize(plain), one.size);
  close(s, "inserted", here.forward({ ...plain, relu: false }, values, kernel, null), bare);
  const steps = here.scatterSteps(s);
  close(s, "scattered", here.scattered(s, input, weight, null, steps.length), bare);
  const ones = here.setting({ ...s, in_channels: 1, out_channels: 1, groups: 1, relu: false });
  const lit = Float64Array.from({ length: s.size[0] * s.size[1] }, () => 1);
  const kernelOfOnes = Float64Array.from({ length: here.weightCount(ones) }, () => 1);
  close(s, "overlaps", here.overlaps(s), here.forward(ones, lit, kernelOfOnes, null));
  const reached = steps.flatMap((step) =>
    here.landed(s, step, 0).map((cell) => text([step.input, cell]))
  );
  const fed = [...cells(1, s.size)].flatMap((cell) =>
    here.feeds(s, cell).filter(({ channel }) => channel === 0)
      .map((output) => text([{ row: cell.row, column: cell.column }, output]))
  );
  same(s, "landed", reached.sort(), fed.sort());
}

/** The padded grid holds what the windows read. */
function grid(s: here.Setting, input: Float64Array, weight: Float64Array): void {
  const { rows, columns, values } = here.paddedGrid(s, input);
  for (const output of cells(s.out_channels, here.outputSize(s))) {
    const window = here.window(s, output);
    if (window.bottom >= rows || window.right >= columns) {
      report(s, "window", text(window), "inside");
    }
    const [channel] = here.channelsOf(s, output.channel);
    const terms = here.terms(s, output, input, weight).filter((term) => term.input !== null);
    const read = new Set(
      window.rows.flatMap((row) =>
        window.columns.map((column) => values[(channel! * rows + row) * columns + column])
      ),
    );
    for (const { input: cell, value } of terms) {
      if (cell!.channel === channel && !read.has(value)) report(s, "grid", value, text(window));
    }
  }
}

for (const one of cases.valid) {
  const s = one.setting;
  const [input, weight] = [numbers(one.input), numbers(one.weight)];
  const bias = one.bias === null ? null : numbers(one.bias);
  same(s, "problems", here.problems(s), []);
  same(s, "nearest of a valid one", here.nearestValid(s), s);
  same(s, "size", here.outputSize(s), one.size);
  const { rows, columns } = here.leftOut(s);
  same(s, "left out", [rows, columns], one.left_out);
  const { ungrouped, ...own } = here.counts(s);
  same(s, "counts", [own, ungrouped].map((c) => [c.parameters, c.multiplyAdds]).flat(), one.counts);
  same(s, "numeric", here.numeric(s), one.numeric);
  const kinds = Object.keys(here.CLASS) as here.Kind[];
  same(s, "as kind", kinds.map((kind) => here.asKind(s, kind)), one.as_kind);
  same(s, "functional code", here.functionalCode(s), one.functional);
  close(s, "forward", here.forward(s, input, weight, bias), numbers(one.output));
  links(s, input, weight, numbers(one.bare));
  grid(s, input, weight);
  if (one.seed !== null) product(s, one, input, weight);
  if (s.kind === "transposed") views(s, one, input, weight);
}

for (const { setting, problems, nearest } of cases.invalid) {
  const found = here.problems(setting).map((problem) => ({
    ...problem,
    en: because("en", problem),
    zh: because("zh", problem),
    inequality: inequality(problem),
  }));
  same(setting, "rules", found, problems);
  same(setting, "nearest", here.nearestValid(setting), nearest);
}
