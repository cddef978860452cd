/** What describes a layer and the size of its input; the twin of `explain/convolution/setting.py`. */

/** Vertical first, then horizontal, as torch has it. */
export type Pair = readonly [number, number];

/** The four layers. */
export type Kind = "conv" | "transposed" | "max" | "avg";

/** How the ring around the input is filled. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

/** A layer and the height and width of its input. Names are torch's. */
export interface Setting {
  readonly kind: Kind;
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair | "same" | "valid";
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  readonly padding_mode: PaddingMode;
  readonly output_padding: Pair;
  readonly ceil_mode: boolean;
  readonly count_include_pad: boolean;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
  /** Height and width of the input. */
  readonly size: Pair;
}

/** A cell of an input or output of several channels. */
export interface Cell {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** The two axes, as indices into a `Pair`. */
export type Axis = 0 | 1;

/** Both axes, in order. */
export const AXES: readonly Axis[] = [0, 1];

/** What the axes are called in a `Problem`. */
export const AXIS_NAMES = ["vertical", "horizontal"] as const;

/** Torch's name of each kind. */
export const CLASS: Readonly<Record<Kind, string>> = {
  conv: "Conv2d",
  transposed: "ConvTranspose2d",
  max: "MaxPool2d",
  avg: "AvgPool2d",
};

/** What a field holds where the kind of layer has no such argument. */
const ABSENT = {
  groups: 1,
  bias: false,
  dilation: [1, 1],
  padding_mode: "zeros",
  output_padding: [0, 0],
  ceil_mode: false,
  count_include_pad: true,
} as const;

type Optional = keyof typeof ABSENT;

/** The fields that each kind of layer has no argument for. */
const LACKS: Readonly<Record<Kind, readonly Optional[]>> = {
  conv: ["output_padding", "ceil_mode", "count_include_pad"],
  transposed: ["ceil_mode", "count_include_pad"],
  max: ["groups", "bias", "padding_mode", "output_padding", "count_include_pad"],
  avg: ["groups", "bias", "dilation", "padding_mode", "output_padding"],
};

/** Whether a kind is one of the two poolings, which have no weights and keep the channels. */
export function pools(kind: Kind): boolean {
  return kind === "max" || kind === "avg";
}

/** A whole setting from the few fields that matter; the rest as torch has it by default. */
export function setting(given: Partial<Setting> = {}): Setting {
  const kind = given.kind ?? "conv";
  const kernel: Pair = given.kernel_size ?? [3, 3];
  const channels = given.in_channels ?? 1;
  return {
    kind,
    in_channels: channels,
    out_channels: pools(kind) ? channels : 1,
    kernel_size: kernel,
    stride: pools(kind) ? kernel : [1, 1],
    padding: [0, 0],
    size: [5, 5],
    relu: false,
    ...ABSENT,
    bias: !pools(kind),
    ...given,
  };
}

/** The names of the arguments that are set although the kind of layer has none such. */
export function strangers(s: Setting): string[] {
  const names: string[] = LACKS[s.kind].filter((name) => String(s[name]) !== String(ABSENT[name]));
  return pools(s.kind) && s.out_channels !== s.in_channels ? [...names, "out_channels"] : names;
}

/** The setting with one such argument back at what stands for “none”. */
export function without(s: Setting, name: string): Setting {
  const value = name === "out_channels" ? s.in_channels : ABSENT[name as Optional];
  return { ...s, [name]: value };
}

/**
 * The same numbers for another kind of layer: what that kind has no argument for goes back to its
 * default, and what it newly has keeps its default.
 */
export function asKind(s: Setting, kind: Kind): Setting {
  const bias = pools(s.kind) && !pools(kind) ? true : s.bias;
  const next: Setting = { ...s, kind, bias, padding: kind === "conv" ? s.padding : numeric(s) };
  const bare = strangers(next).reduce(without, next);
  return kind === "transposed" ? { ...bare, padding_mode: "zeros" } : bare;
}

/** The padding as numbers: "valid" is none, "same" what keeps the size (the smaller half). */
export function numeric(s: Setting): Pair {
  if (s.padding === "valid") return [0, 0];
  if (s.padding !== "same") return s.padding;
  const half = (axis: Axis): number => Math.floor((span(s, axis) - 1) / 2);
  return [half(0), half(1)];
}

/** How many cells a dilated kernel reaches over, its holes included. */
export function span(s: Setting, axis: Axis): number {
  return s.dilation[axis] * (s.kernel_size[axis] - 1) + 1;
}
