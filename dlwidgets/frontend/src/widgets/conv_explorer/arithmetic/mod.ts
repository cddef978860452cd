/**
 * The arithmetic of the convolution explorer: pure functions that know no DOM, each compared with
 * torch in `tests/explain/convolution/test_browser.py` through `against_torch.ts`. Arrays are flat and laid out as torch's:
 * inputs (channels, height, width), outputs likewise, weights as `nn.Conv2d` has them, (out,
 * in / groups, rows, columns), and `nn.ConvTranspose2d`, (in, out / groups, rows, columns). Pooling
 * takes an empty weight. Everything but `problems`, `nearestValid` and `setting` expects a setting
 * without problems.
 *
 *   setting(partial): Setting                    torch's defaults for what is left out
 *   asKind(s, kind): Setting                     the same numbers for another kind of layer
 *   numeric(s): Pair                             the padding as numbers, also for "same" and "valid"
 *   span(s, axis): number                        dilation × (kernel − 1) + 1
 *   problems(s): Problem[]                       {rule, values}; words in ../rule_words.ts
 *   nearestValid(s): Setting                     fewest, then smallest changes
 *   outputSize(s): Pair
 *   pads(s): {top, bottom, left, right}          of "same" perhaps uneven; of a transposed one: cut off
 *   paddedLength(s, axis): number
 *   leftOut(s): {rows, columns}                  at the end of the padded input, reached by no window
 *   window(s, {row, column}): Window             in padded (transposed: inserted) coordinates;
 *                                                `bottom` and `right` are the last that take part
 *   padded(s, input): Float64Array               (C, H + ring, W + ring); −Infinity around max pooling
 *   paddedGrid(s, input): {channels, rows, columns, values}
 *   line(s, axis): Line                          `before`, `length` and `source` of the padded grid
 *   forward(s, input, weight, bias): Float64Array
 *   terms(s, cell, input, weight): Term[]        products of one output, bias and ReLU left out
 *   feeds(s, cell): Cell[]                       outputs that an input cell reaches
 *   uses(s, {out, in, row, column}): Use[]       channels counted over all groups
 *   weightIndex(s, tap), weightAt(s, index)      between places and torch's flattened weight
 *   weightCount(s): number
 *   channelsOf(s, out), channelsTo(s, in)        the channels of the same group
 *   scatterSteps(s): Scatter[]                   transposed: what each input cell adds to
 *   landed(s, step, channel): Cell[]             … without what the padding cuts off
 *   scattered(s, input, weight, bias, count)     … the output after so many steps
 *   inserted(s, input, weight): Inserted         transposed as a plain convolution
 *   overlaps(s): Float64Array                    how many input cells add to each output
 *   matrix(s, weight): {rows, columns, entries}  y = W · x; not for max pooling
 *   counts(s): {parameters, multiplyAdds, ungrouped}
 *   functionalCode(s): string                    F.conv2d(x, weight, bias, …)
 */

export { functionalCode } from "./functional.ts";
export { forward, type Grid, padded, paddedGrid } from "./forward.ts";
export {
  channelsOf,
  channelsTo,
  feeds,
  type Tap,
  type Term,
  terms,
  type Use,
  uses,
  weightAt,
  weightCount,
  weightIndex,
} from "./links.ts";
export { type Cost, counts, type Entry, type Matrix, matrix } from "./matrix.ts";
export { nearestValid } from "./nearest.ts";
export { type Problem, problems } from "./rules.ts";
export {
  asKind,
  AXES,
  type Axis,
  type Cell,
  CLASS,
  type Kind,
  numeric,
  type PaddingMode,
  type Pair,
  pools,
  type Setting,
  setting,
  span,
} from "./setting.ts";
export {
  leftOut,
  type Line,
  line,
  outputSize,
  paddedLength,
  type Pads,
  pads,
  type Window,
  window,
} from "./size.ts";
export {
  type Inserted,
  inserted,
  landed,
  overlaps,
  type Scatter,
  scattered,
  scatterSteps,
} from "./transposed.ts";
