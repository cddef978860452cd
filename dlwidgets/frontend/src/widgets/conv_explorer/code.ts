/** The line of Python that makes the layer on screen; the twin of `explain/convolution/code.py`. */

import { CLASS, type Pair, pools, type Setting } from "./arithmetic/mod.ts";

function pair([a, b]: Pair): string {
  return a === b ? String(a) : `(${a}, ${b})`;
}

function is(pair: Pair, value: number): boolean {
  return pair[0] === value && pair[1] === value;
}

/** The arguments that differ from torch's defaults, in torch's order. */
function options(s: Setting): string[] {
  const found: string[] = [];
  const add = (wanted: boolean, text: string): void => {
    if (wanted) found.push(text);
  };
  const unmoved = pools(s.kind) ? String(s.stride) === String(s.kernel_size) : is(s.stride, 1);
  add(!unmoved, `stride=${pair(s.stride)}`);
  const padding = typeof s.padding === "string" ? `"${s.padding}"` : pair(s.padding);
  add(typeof s.padding === "string" || !is(s.padding, 0), `padding=${padding}`);
  add(!is(s.output_padding, 0), `output_padding=${pair(s.output_padding)}`);
  add(!is(s.dilation, 1), `dilation=${pair(s.dilation)}`);
  add(s.groups !== 1, `groups=${s.groups}`);
  add(!pools(s.kind) && !s.bias, "bias=False");
  add(s.padding_mode !== "zeros", `padding_mode="${s.padding_mode}"`);
  add(s.ceil_mode, "ceil_mode=True");
  add(!s.count_include_pad, "count_include_pad=False");
  return found;
}

/** `nn.Conv2d(1, 1, kernel_size=3, …)`, in a Sequential where a ReLU follows. */
export function code(s: Setting): string {
  const channels = pools(s.kind) ? [] : [String(s.in_channels), String(s.out_channels)];
  const all = [...channels, `kernel_size=${pair(s.kernel_size)}`, ...options(s)];
  const layer = `nn.${CLASS[s.kind]}(${all.join(", ")})`;
  return s.relu ? `nn.Sequential(${layer}, nn.ReLU())` : layer;
}
