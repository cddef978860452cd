/** The texts of the panels under the grids. */

import type { Tables } from "../../lib/i18n.ts";
import type { Kind } from "./arithmetic/mod.ts";
import type { Traits } from "./traits.ts";

const en = {
  panels: "More about this layer",
  panelNames: {
    size: "Output size",
    views: "Scatter and overlap",
    groups: "Groups and cost",
    matrix: "Matrix W",
  } as Record<Traits["panel"], string>,

  laid: "Laid down so far",
  overlap: "Kernels per output",
  even: "even inside",
  uneven: "a checkerboard",
  step: (step: number, count: number) => `step ${step} of ${count}`,
  lays: (cell: string) =>
    `${cell} times the kernel is added to the output. Above, the same layer as a convolution over zeros in between: both end together.`,

  blocks: (outs: number, ins: number, groups: number) =>
    `${outs} output by ${ins} input channels in ${groups} groups`,
  pairOf: (from: number, to: number, joined: boolean) =>
    `input ${from} → output ${to}: ${joined ? "a kernel" : "no connection"}`,
  tooMany: (most: number) => `more than ${most} channels: only counted`,
  parameters: "parameters",
  multiplyAdds: "multiply-adds",
  fewer: (times: string) => `${times} times fewer`,
  depthwise: "Depthwise: every channel has kernels of its own",
  apart: (groups: number) => `${groups} layers side by side that do not see each other`,
  joined: "Every output channel sees every input channel",

  matrixShape: (rows: number, columns: number, entries: number) =>
    `W: ${rows} outputs × ${columns} inputs, ${entries} numbers that are not zero by construction`,
  tooLargeMatrix: (rows: number, columns: number) =>
    `W would have ${rows} × ${columns} numbers; a smaller input shows it`,
  proof: (turned: boolean, apart: string, kind: Kind) =>
    turned
      ? `Wᵀ · y = ${
        kind === "conv" ? "ConvTranspose2d(y)" : "Conv2d(y)"
      } with the same weights; largest difference ${apart}`
      : `W · x + bias = y; largest difference ${apart}`,
  noProof: "Wᵀ is the way back of gradients; torch has no layer with these weights for it",
};

/** Both languages. */
export const words: Tables<typeof en> = {
  en,
  zh: {
    panels: "更多",
    panelNames: { size: "输出尺寸", views: "散布与重叠", groups: "分组与代价", matrix: "矩阵 W" },

    laid: "已叠加的部分",
    overlap: "每个输出的重叠数",
    even: "内部均匀",
    uneven: "棋盘格",
    step: (step, count) => `第 ${step} / ${count} 步`,
    lays: (cell) => `${cell} 乘以卷积核，加到输出上。上方是插零后做卷积的同一层：两者同时结束。`,

    blocks: (outs, ins, groups) => `${outs} 个输出通道 × ${ins} 个输入通道，分 ${groups} 组`,
    pairOf: (from, to, joined) => `输入 ${from} → 输出 ${to}：${joined ? "有卷积核" : "不相连"}`,
    tooMany: (most) => `通道多于 ${most} 个：只计数`,
    parameters: "参数",
    multiplyAdds: "乘加次数",
    fewer: (times) => `少到 1/${times}`,
    depthwise: "逐通道卷积：每个通道有自己的卷积核",
    apart: (groups) => `${groups} 个互不相见的层并排`,
    joined: "每个输出通道都看到所有输入通道",

    matrixShape: (rows, columns, entries) =>
      `W：${rows} 个输出 × ${columns} 个输入，其中 ${entries} 个数不恒为零`,
    tooLargeMatrix: (rows, columns) => `W 将有 ${rows} × ${columns} 个数；请用较小的输入查看`,
    proof: (turned, apart, kind) =>
      turned
        ? `Wᵀ · y = 相同权重的 ${
          kind === "conv" ? "ConvTranspose2d(y)" : "Conv2d(y)"
        }；最大差 ${apart}`
        : `W · x + 偏置 = y；最大差 ${apart}`,
    noProof: "Wᵀ 是梯度的回路；torch 没有用这些权重的对应层",
  },
};
