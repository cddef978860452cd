/** What torch refuses, found by trying; the twin of `explain/convolution/rules.py`. */

import {
  AXES,
  type Axis,
  AXIS_NAMES,
  CLASS,
  type Pair,
  pools,
  type Setting,
  span,
  strangers,
} from "./setting.ts";
import { around, outputSize, paddedLength } from "./size.ts";

/**
 * One rule that a setting breaks, with the numbers of the inequality. `axis` is "vertical",
 * "horizontal", "both" or "". Keys that end in `_to` are remedies: the field and its nearest value
 * that satisfies this rule and the other limits of that field.
 */
export interface Problem {
  readonly rule: string;
  readonly values: Readonly<Record<string, number | string>>;
}

type Values = Record<string, number | string>;

/** The smallest value of each number. */
const LEAST = {
  in_channels: 1,
  out_channels: 1,
  groups: 1,
  kernel_size: 1,
  stride: 1,
  padding: 0,
  dilation: 1,
  output_padding: 0,
  size: 1,
} as const;

/** One problem for each axis, or one for both where the numbers are the same. */
function perAxis(rule: string, check: (axis: Axis) => Values | null): Problem[] {
  const found = AXES.map(check);
  const [a, b] = found;
  if (a && b && JSON.stringify(a) === JSON.stringify(b)) {
    return [{ rule, values: { axis: "both", ...a } }];
  }
  return found.flatMap((values, axis) =>
    values ? [{ rule, values: { axis: AXIS_NAMES[axis]!, ...values } }] : []
  );
}

/** The values without the remedies that there are not. */
function some(values: Record<string, number | string | null>): Values {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number | string] => entry[1] !== null),
  );
}

function strange(s: Setting): Problem[] {
  return strangers(s).map((name) => ({
    rule: "argument",
    values: { axis: "", layer: CLASS[s.kind], name },
  }));
}

function words(s: Setting): Problem[] {
  if (typeof s.padding !== "string" || s.kind === "conv") return [];
  return [{ rule: "padding_word", values: { axis: "", layer: CLASS[s.kind], padding: s.padding } }];
}

function least(s: Setting): Problem[] {
  return Object.entries(LEAST).flatMap(([name, least]) => {
    const held = s[name as keyof typeof LEAST];
    // The other modes cut off what lies beyond a negative padding; only zeros refuse it.
    if (typeof held === "string" || (name === "padding" && s.padding_mode !== "zeros")) return [];
    const broken = (value: number): Values | null =>
      value < least ? { name, least, [name]: value, [`${name}_to`]: least } : null;
    if (typeof held !== "number") return perAxis("at_least", (axis) => broken(held[axis]));
    const values = broken(held);
    return values ? [{ rule: "at_least", values: { axis: "", ...values } }] : [];
  });
}

/** The number nearest to `from` that passes, the smaller of two; there must be one. */
function nearest(from: number, least: number, passes: (n: number) => boolean): number {
  for (let away = 0;; away++) {
    if (from - away >= least && passes(from - away)) return from - away;
    if (passes(from + away)) return from + away;
  }
}

function groups(s: Setting): Problem[] {
  const both = (n: number): boolean => s.in_channels % n === 0 && s.out_channels % n === 0;
  const whole = (n: number): boolean => n % s.groups === 0;
  const found: Problem[] = [];
  for (const name of ["in_channels", "out_channels"] as const) {
    if (whole(s[name])) continue;
    const values: Values = {
      ...{ axis: "", name, [name]: s[name], groups: s.groups, rest: s[name] % s.groups },
      groups_to: nearest(s.groups, 1, both),
    };
    // The channels of the input are given by the input.
    if (name === "out_channels") values[`${name}_to`] = nearest(s[name], s.groups, whole);
    found.push({ rule: "groups", values });
  }
  return found;
}

/** The widest ring that torch allows along an axis. */
function widest(s: Setting, axis: Axis): number {
  if (pools(s.kind)) return Math.floor(s.kernel_size[axis] / 2);
  if (s.padding_mode === "reflect") return s.size[axis] - 1;
  return s.padding_mode === "circular" ? s.size[axis] : Infinity;
}

function ring(s: Setting, axis: Axis): Values | null {
  const [most, wide] = [widest(s, axis), around(s, axis)[1]];
  if (wide <= most) return null;
  const same = s.padding === "same";
  // The total may be 2 · most: before and after differ by at most one, so neither exceeds `most`.
  const [taps, dilation] = [s.kernel_size[axis], s.dilation[axis]];
  const thinner = Math.floor((2 * most) / (taps - 1));
  return some({
    ...{ padding: wide, size: s.size[axis], most, kernel_size: taps, dilation },
    padding_to: same ? null : most,
    dilation_to: same && thinner >= 1 ? thinner : null,
    kernel_size_to: same ? Math.floor((2 * most) / dilation) + 1 : null,
    padding_mode_to: "zeros",
  });
}

function window(s: Setting, axis: Axis): Values | null {
  const [wide, padded] = [span(s, axis), paddedLength(s, axis)];
  // Rounding up lets a window begin that ends up to stride − 1 cells behind the grid.
  const extra = pools(s.kind) && s.ceil_mode ? s.stride[axis] - 1 : 0;
  const room = padded + extra;
  if (wide <= room) return null;
  const [taps, dilation] = [s.kernel_size[axis], s.dilation[axis]];
  const thinner = Math.floor((room - 1) / (taps - 1));
  const ring = Math.ceil((wide - s.size[axis] - extra) / 2);
  const shorter = Math.floor((room - 1) / dilation) + 1;
  return some({
    ...{ kernel_size: taps, dilation, span: wide, padded, extra, room },
    ...(typeof s.padding === "string" ? {} : { padding: s.padding[axis] }),
    dilation_to: thinner >= 1 && s.kind !== "avg" ? thinner : null,
    padding_to: typeof s.padding === "string" || ring > widest(s, axis) ? null : ring,
    kernel_size_to: shorter >= 1 ? shorter : null,
  });
}

function poolRing(s: Setting, axis: Axis): Values | null {
  // Torch compares with the kernel alone, not with what a dilated one spans.
  const [padding, taps] = [(s.padding as Pair)[axis], s.kernel_size[axis]];
  const half = Math.floor(taps / 2);
  if (padding <= half) return null;
  return { kernel_size: taps, padding, half, padding_to: half, kernel_size_to: 2 * padding };
}

function outputRing(s: Setting, axis: Axis): Values | null {
  const [extra, stride, dilation] = [s.output_padding[axis], s.stride[axis], s.dilation[axis]];
  const larger = Math.max(stride, dilation);
  if (extra < larger) return null;
  return {
    ...{ output_padding: extra, stride, dilation, larger },
    ...{ output_padding_to: larger - 1, stride_to: extra + 1 },
  };
}

function positive(s: Setting, axis: Axis): Values | null {
  const output = outputSize(s)[axis];
  if (output >= 1) return null;
  const padding = (s.padding as Pair)[axis];
  const lack = 1 - output;
  const room = Math.max(s.stride[axis], s.dilation[axis]) - 1 - s.output_padding[axis];
  return some({
    ...{ size: s.size[axis], stride: s.stride[axis], padding, dilation: s.dilation[axis] },
    ...{ kernel_size: s.kernel_size[axis], output_padding: s.output_padding[axis], output },
    padding_to: padding - Math.ceil(lack / 2),
    output_padding_to: lack <= room ? s.output_padding[axis] + lack : null,
    kernel_size_to: s.kernel_size[axis] + Math.ceil(lack / s.dilation[axis]),
  });
}

function ofConv(s: Setting): Problem[] {
  const strided = (axis: Axis): Values | null =>
    s.padding === "same" && s.stride[axis] !== 1
      ? { stride: s.stride[axis], half: Math.floor((span(s, axis) - 1) / 2), stride_to: 1 }
      : null;
  return [
    ...groups(s),
    ...perAxis("same_stride", strided),
    ...perAxis(`${s.padding_mode}_ring`, (axis) => ring(s, axis)),
    ...perAxis("window", (axis) => window(s, axis)),
  ];
}

function ofTransposed(s: Setting): Problem[] {
  const zeros = {
    rule: "transposed_mode",
    values: { axis: "", padding_mode: s.padding_mode, padding_mode_to: "zeros" },
  };
  return [
    ...(s.padding_mode === "zeros" ? [] : [zeros]),
    ...groups(s),
    ...perAxis("output_padding", (axis) => outputRing(s, axis)),
    ...perAxis("output", (axis) => positive(s, axis)),
  ];
}

/** What torch refuses about a setting; empty exactly when it accepts. */
export function problems(s: Setting): Problem[] {
  // The other rules count on these: numbers in their range, and only arguments that exist.
  const first = [...strange(s), ...words(s), ...least(s)];
  if (first.length > 0) return first;
  if (s.kind === "conv") return ofConv(s);
  if (s.kind === "transposed") return ofTransposed(s);
  return [
    ...perAxis("pool_ring", (axis) => poolRing(s, axis)),
    ...perAxis("window", (axis) => window(s, axis)),
  ];
}
