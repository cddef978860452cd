/** The layer as one expression of `F`; the twin of `functional_code` in `explain/convolution`. */

import { type Pair, pools, type Setting } from "./setting.ts";
import { pads } from "./size.ts";

const FUNCTION = {
  conv: "conv2d",
  transposed: "conv_transpose2d",
  max: "max_pool2d",
  avg: "avg_pool2d",
} as const;

/** The arguments after the weights, where they aren't torch's defaults. */
function options(s: Setting, padded: boolean): string[] {
  const found: string[] = [];
  const add = (name: string, value: Pair, usual: Pair): void => {
    if (String(value) === String(usual)) return;
    const [a, b] = value;
    found.push(`${name}=${a === b ? a : `(${a}, ${b})`}`);
  };
  if (pools(s.kind)) add("kernel_size", s.kernel_size, [NaN, NaN]);
  add("stride", s.stride, pools(s.kind) ? s.kernel_size : [1, 1]);
  if (typeof s.padding === "string") {
    if (!padded) found.push(`padding="${s.padding}"`);
  } else if (!padded) add("padding", s.padding, [0, 0]);
  add("output_padding", s.output_padding, [0, 0]);
  add("dilation", s.dilation, [1, 1]);
  if (s.groups !== 1) found.push(`groups=${s.groups}`);
  if (s.ceil_mode) found.push("ceil_mode=True");
  if (!s.count_include_pad) found.push("count_include_pad=False");
  return found;
}

/** `F.conv2d(x, weight, bias, stride=2)`; modes other than zeros pad first. */
export function functionalCode(s: Setting): string {
  const padded = s.padding_mode !== "zeros";
  const { top, bottom, left, right } = pads(s);
  const x = padded
    ? `F.pad(x, (${left}, ${right}, ${top}, ${bottom}), mode="${s.padding_mode}")`
    : "x";
  const weights = pools(s.kind) ? [] : s.bias ? ["weight", "bias"] : ["weight"];
  const all = [x, ...weights, ...options(s, padded)];
  const made = `F.${FUNCTION[s.kind]}(${all.join(", ")})`;
  return s.relu ? `F.relu(${made})` : made;
}
