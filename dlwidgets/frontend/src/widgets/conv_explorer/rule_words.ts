/** Why torch refuses a setting, in words: one text a rule. */

import type { Tables } from "../../lib/i18n.ts";
import type { Problem } from "./arithmetic/rules.ts";

type Values = Problem["values"];

/** The remedies of a problem: what to do, to which field, to which value. */
interface Remedy {
  readonly how: "raise" | "lower" | "set";
  readonly field: string;
  readonly to: string;
}

/** More would be a menu, not advice. */
const REMEDIES = 2;

function remedies(values: Values): Remedy[] {
  return Object.entries(values).filter(([key]) => key.endsWith("_to")).slice(0, REMEDIES)
    .map(([key, to]) => {
      const field = key.slice(0, -"_to".length);
      const from = values[field];
      if (typeof from !== "number" || typeof to !== "number") {
        return { how: "set", field, to: typeof to === "number" ? `${to}` : `"${to}"` };
      }
      return { how: to > from ? "raise" : "lower", field, to: String(to) };
    });
}

function advise(values: Values): string {
  const verbs = { raise: "raise", lower: "lower", set: "set" };
  const all = remedies(values).map(({ how, field, to }) => `${verbs[how]} ${field} to ${to}`);
  return all.length > 0 ? `; ${all.join(" or ")}` : "";
}

function counsel(values: Values): string {
  const verbs = { raise: "调大到", lower: "调小到", set: "设为" };
  const all = remedies(values).map(({ how, field, to }) => `把 ${field} ${verbs[how]} ${to}`);
  return all.length > 0 ? `；可${all.join("，或")}` : "";
}

function dilated(v: Values, joint: string): string {
  return v["dilation"] === 1 ? "" : `${joint}${v["dilation"]}`;
}

type Text = (values: Values) => string;

const en = {
  axes: { vertical: "vertically: ", horizontal: "horizontally: " } as Record<string, string>,
  rules: {
    argument: (v) => `${v["layer"]} has no argument ${v["name"]}; leave it out`,
    padding_word: (v) =>
      `${v["layer"]} takes padding only as numbers, got "${v["padding"]}"; give a number`,
    at_least: (v) =>
      `${v["name"]} must be at least ${v["least"]}, got ${v[String(v["name"])]}${advise(v)}`,
    groups: (v) =>
      `${v["name"]} ${v[String(v["name"])]} can't be divided by groups ${v["groups"]} ` +
      `(remainder ${v["rest"]})${advise(v)}`,
    same_stride: (v) =>
      `padding="same" keeps the size and needs stride 1, got ${v["stride"]} (a number such as ` +
      `${v["half"]} goes with any stride)${advise(v)}`,
    reflect_ring: (v) =>
      `padding ${v["padding"]} can't be mirrored from an input of ${v["size"]} cells, only up ` +
      `to ${v["most"]}${advise(v)}`,
    circular_ring: (v) =>
      `padding ${v["padding"]} goes around the input of ${v["size"]} cells more than once` +
      advise(v),
    window: (v) =>
      `kernel ${v["kernel_size"]}${dilated(v, " with dilation ")} spans ${v["span"]} cells, but ` +
      `the padded input has ${v["padded"]}` +
      `${v["extra"] === 0 ? "" : ` and ceil_mode allows ${v["extra"]} more`}${advise(v)}`,
    pool_ring: (v) =>
      `padding ${v["padding"]} is more than half of kernel ${v["kernel_size"]}${advise(v)}`,
    transposed_mode: (v) =>
      `ConvTranspose2d knows only padding_mode "zeros", got "${v["padding_mode"]}"${advise(v)}`,
    output_padding: (v) =>
      `output_padding ${v["output_padding"]} must be smaller than stride ${v["stride"]} or ` +
      `dilation ${v["dilation"]}${advise(v)}`,
    output: (v) =>
      `padding ${v["padding"]} cuts off more than there is: the output would have ` +
      `${v["output"]} cells${advise(v)}`,
  } as Record<string, Text>,
};

/** Both languages; use `because`. */
export const words: Tables<typeof en> = {
  en,
  zh: {
    axes: { vertical: "垂直方向：", horizontal: "水平方向：" },
    rules: {
      argument: (v) => `${v["layer"]} 没有参数 ${v["name"]}；请去掉`,
      padding_word: (v) =>
        `${v["layer"]} 的 padding 只能是数字，得到 "${v["padding"]}"；请给出数字`,
      at_least: (v) =>
        `${v["name"]} 至少为 ${v["least"]}，得到 ${v[String(v["name"])]}${counsel(v)}`,
      groups: (v) =>
        `${v["name"]} ${v[String(v["name"])]} 不能被 groups ${v["groups"]} 整除` +
        `（余 ${v["rest"]}）${counsel(v)}`,
      same_stride: (v) =>
        `padding="same" 保持尺寸，步幅须为 1，得到 ${v["stride"]}（写成数字如 ${v["half"]} ` +
        `则可配任意步幅）${counsel(v)}`,
      reflect_ring: (v) =>
        `输入只有 ${v["size"]} 格，镜像填充最多 ${v["most"]}，得到 ${v["padding"]}${counsel(v)}`,
      circular_ring: (v) => `填充 ${v["padding"]} 绕 ${v["size"]} 格的输入不止一圈${counsel(v)}`,
      window: (v) =>
        `卷积核 ${v["kernel_size"]}${dilated(v, "、膨胀 ")} 跨 ${v["span"]} 格，但填充后的输入` +
        `只有 ${v["padded"]} 格` +
        `${v["extra"] === 0 ? "" : `，ceil_mode 再容许 ${v["extra"]} 格`}${counsel(v)}`,
      pool_ring: (v) => `填充 ${v["padding"]} 超过池化窗口 ${v["kernel_size"]} 的一半${counsel(v)}`,
      transposed_mode: (v) =>
        `ConvTranspose2d 的 padding_mode 只能是 "zeros"，得到 "${v["padding_mode"]}"${counsel(v)}`,
      output_padding: (v) =>
        `output_padding ${v["output_padding"]} 必须小于 stride ${v["stride"]} 或 dilation ` +
        `${v["dilation"]}${counsel(v)}`,
      output: (v) =>
        `填充 ${v["padding"]} 裁掉的比有的还多：输出将有 ${v["output"]} 格${counsel(v)}`,
    },
  },
};

/** Why a setting is refused, in a sentence of the language. */
export function because(language: keyof typeof words, { rule, values }: Problem): string {
  const { axes, rules } = words[language];
  return `${axes[String(values["axis"])] ?? ""}${rules[rule]!(values)}`;
}

/** The inequality that fails, with its numbers; the same in every language. */
export function inequality({ rule, values: v }: Problem): string {
  const spans = `${v["dilation"]} × (${v["kernel_size"]} − 1) + 1 = ${v["span"]}`;
  const texts: Record<string, () => string> = {
    at_least: () => `${v["name"]} = ${v[String(v["name"])]} < ${v["least"]}`,
    groups: () => `${v[String(v["name"])]} mod ${v["groups"]} = ${v["rest"]} ≠ 0`,
    same_stride: () => `stride = ${v["stride"]} ≠ 1`,
    reflect_ring: () => `padding = ${v["padding"]} ≥ ${v["size"]}`,
    circular_ring: () => `padding = ${v["padding"]} > ${v["size"]}`,
    window: () =>
      `${spans} > ${v["padded"]}${v["extra"] === 0 ? "" : ` + ${v["extra"]} = ${v["room"]}`}`,
    pool_ring: () => `padding = ${v["padding"]} > ⌊${v["kernel_size"]} / 2⌋ = ${v["half"]}`,
    transposed_mode: () => `padding_mode = "${v["padding_mode"]}" ≠ "zeros"`,
    output_padding: () =>
      `output_padding = ${v["output_padding"]} ≥ max(${v["stride"]}, ${v["dilation"]})`,
    output: () =>
      `(${v["size"]} − 1) × ${v["stride"]} − 2 × ${v["padding"]} + ${v["dilation"]} × ` +
      `(${v["kernel_size"]} − 1) + ${v["output_padding"]} + 1 = ${v["output"]} < 1`,
    padding_word: () => `padding = "${v["padding"]}"`,
    argument: () => String(v["name"]),
  };
  return texts[rule]!();
}
