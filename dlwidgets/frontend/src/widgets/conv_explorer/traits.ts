/** Which traits there are: those of the layer, and those of the view. */

import type { ConvExplorerTraits } from "../../contract.ts";

export type Traits = ConvExplorerTraits;

/** The traits of a layer, which are also the fields of a `Setting`. */
export const FIELDS = [
  "kind",
  "in_channels",
  "out_channels",
  "kernel_size",
  "stride",
  "padding",
  "dilation",
  "groups",
  "bias",
  "padding_mode",
  "output_padding",
  "ceil_mode",
  "count_include_pad",
  "relu",
] as const;

/** What belongs to the view alone; both sides may change it. */
export type Choice = "position" | "speed" | "playing" | "panel" | "input_channel" | "_quiz";

export const CHOICES: readonly Choice[] = [
  "position",
  "speed",
  "playing",
  "panel",
  "input_channel",
  "_quiz",
];
