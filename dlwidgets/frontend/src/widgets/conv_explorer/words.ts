/** All texts of the convolution explorer; those about torch's rules stand in rule_words.ts. */

import type { Tables } from "../../lib/i18n.ts";
import type { Kind, PaddingMode } from "./arithmetic/mod.ts";
import type { InputName, KernelName } from "./presets.ts";
import type { Traits } from "./session.ts";

const en = {
  explorer: "Convolution explorer",
  layer: "Layer",
  kinds: {
    conv: "Convolution",
    transposed: "Transposed convolution",
    max: "Maximum pooling",
    avg: "Average pooling",
  } as Record<Kind, string>,
  copy: "Copy",
  copied: "Copied",
  codeHint: "The layer as code; type or paste another one and press Enter",
  functional: "Show the functional form",

  equal: "equals torch",
  equalHint: (share: string) => `All outputs compared with torch; largest difference ${share}`,
  differs: (share: string) => `differs from torch by ${share}`,
  differsHint: "This should never happen; please report the code line",
  comparing: "comparing …",
  comparingHint: "Torch is computing the same layer",
  late: "kernel busy",
  notCompared: "not compared yet",
  notComparedHint: "Drawn by the browser; no kernel has compared it with torch",
  refused: "torch refuses",
  refusedHint: "The picture is the last valid one",

  settings: "Settings",
  fields: {
    size: "input size",
    kernel_size: "kernel_size",
    stride: "stride",
    padding: "padding",
    dilation: "dilation",
    output_padding: "out. padding",
    in_channels: "in_channels",
    out_channels: "out_channels",
    groups: "groups",
    padding_mode: "pad. mode",
    bias: "bias",
    relu: "ReLU after",
    ceil_mode: "ceil_mode",
    count_include_pad: "count ring",
  },
  across: (name: string) => `${name}, horizontal`,
  link: (name: string) => `${name}: one number for each axis`,
  cells: "cells",
  paddingWord: "padding as a word",
  modes: {
    zeros: "zeros",
    reflect: "reflect",
    replicate: "replicate",
    circular: "circular",
  } as Record<PaddingMode, string>,
  inputPreset: "choose an input …",
  inputs: {
    figure: "figure 6-3",
    count: "0, 1, 2, …",
    edge: "edge",
    random: "random digits",
    scene: "image (drawn in code)",
  } as Record<InputName, string>,
  kernelPreset: "choose a filter …",
  kernelPresetHint: "Fills all kernel planes of the shown output channel",
  kernelNames: {
    cross: "figure 6-3",
    vertical: "vertical edge",
    horizontal: "horizontal edge",
    sobel_x: "Sobel, horizontal change",
    sobel_y: "Sobel, vertical change",
    sharpen: "sharpen",
    blur: "blur",
    emboss: "emboss",
    identity: "identity",
    random: "random −2 … 2",
  } as Record<KernelName | "random", string>,

  input: "Input",
  kernel: "Kernel",
  window: "Window",
  output: "Output",
  before: "Before ReLU",
  after: "After ReLU",
  grown: (size: string, wide: string, kind: Kind) =>
    kind === "transposed" ? `${size}, with zeros ${wide}` : `${size}, padded ${wide}`,
  turned: "turned 180°",
  inputChannel: "Input channel",
  outputChannel: "Output channel",
  channel: (index: number) => `channel ${index}`,
  channelOf: (index: number, count: number) => `channel ${index} of 0 … ${count - 1}`,
  channelShort: (index: number) => `ch ${index}: `,
  channelSum: (index: number, total: string) => `ch ${index}: ${total}`,

  sum: "The sum written out",
  bias: (value: string) => `bias ${value}`,
  feeds: (count: number) => count === 1 ? "feeds 1 output: " : `feeds ${count} outputs: `,
  used: (count: number) => count === 1 ? "is used once: " : `is used ${count} times: `,
  place: (row: number, column: number) => `place ${row}, ${column} of the window`,
  outputAt: (row: number, column: number) => `output row ${row} column ${column}`,
  pinned: "pinned",
  unpinned: "not pinned",
  pinnedMark: "pinned · Esc",
  pasted: (rows: number, columns: number) => `pasted ${rows} × ${columns} numbers`,
  tooLarge: (most: number) => `expected at most ${most} × ${most} numbers; paste fewer`,
  notNumber: (text: string) => `expected a number or a block of numbers, got “${text}”`,

  height: "height o",
  width: "width o",
  bothAxes: "height and width o",
  letters: (kind: Kind, same: boolean) =>
    kind === "transposed"
      ? "n input, p padding, d dilation, k kernel, s stride, a output_padding"
      : `n input, p padding, d dilation, k kernel, s stride${
        same ? '; padding="same" keeps the size' : ""
      }`,

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

  play: "Play",
  pause: "Pause",
  playHint: "Let the window walk (space)",
  timeline: "Position of the window",
  speed: "speed",
  perSecond: (value: number) => `${value} cells a second`,

  torchSays: (said: string) => `torch: ${said}`,
  use: (changes: string) => `use ${changes}`,
  back: "back to the picture",
  keys:
    "space plays · ←/→ steps · Enter pins, Esc lets go · type a number into an input or kernel cell",
  gone: "The kernel is gone: the picture goes on, but nothing is compared with torch",
  lateHint: "The kernel is busy or gone; the picture goes on, and torch compares when it answers",
};

/** Both languages. */
export const words: Tables<typeof en> = {
  en,
  zh: {
    explorer: "卷积探索器",
    layer: "层",
    kinds: { conv: "卷积", transposed: "转置卷积", max: "最大池化", avg: "平均池化" },
    copy: "复制",
    copied: "已复制",
    codeHint: "生成此层的代码;可输入或粘贴另一行,按 Enter 生效",
    functional: "显示函数形式",

    equal: "与 torch 一致",
    equalHint: (share) => `全部输出已与 torch 比较;最大差 ${share}`,
    differs: (share) => `与 torch 相差 ${share}`,
    differsHint: "这不应发生;请报告此行代码",
    comparing: "比较中…",
    comparingHint: "torch 正在计算同一层",
    late: "内核忙",
    notCompared: "尚未比较",
    notComparedHint: "由浏览器绘制;内核尚未与 torch 比较",
    refused: "torch 拒绝",
    refusedHint: "图中是最后一个有效的设置",

    settings: "设置",
    fields: {
      size: "输入尺寸",
      kernel_size: "卷积核",
      stride: "步幅",
      padding: "填充",
      dilation: "膨胀",
      output_padding: "输出填充",
      in_channels: "输入通道",
      out_channels: "输出通道",
      groups: "分组",
      padding_mode: "填充方式",
      bias: "偏置",
      relu: "后接 ReLU",
      ceil_mode: "向上取整",
      count_include_pad: "计入填充",
    },
    across: (name) => `${name}(水平)`,
    link: (name) => `${name}:两个方向分别设置`,
    cells: "格数",
    paddingWord: "用词表示的填充",
    modes: { zeros: "补零", reflect: "镜像", replicate: "复制边缘", circular: "循环" },
    inputPreset: "选择输入…",
    inputs: {
      figure: "图 6-3",
      count: "0, 1, 2, …",
      edge: "边缘",
      random: "随机数字",
      scene: "图像(由代码绘制)",
    },
    kernelPreset: "选择过滤器…",
    kernelPresetHint: "填入当前输出通道的全部卷积核",
    kernelNames: {
      cross: "图 6-3",
      vertical: "垂直边缘",
      horizontal: "水平边缘",
      sobel_x: "Sobel(水平变化)",
      sobel_y: "Sobel(垂直变化)",
      sharpen: "锐化",
      blur: "模糊",
      emboss: "浮雕",
      identity: "恒等",
      random: "随机 −2 … 2",
    },

    input: "输入",
    kernel: "卷积核",
    window: "窗口",
    output: "输出",
    before: "ReLU 之前",
    after: "ReLU 之后",
    grown: (size, wide, kind) =>
      kind === "transposed" ? `${size},插零后 ${wide}` : `${size},填充后 ${wide}`,
    turned: "旋转 180°",
    inputChannel: "输入通道",
    outputChannel: "输出通道",
    channel: (index) => `通道 ${index}`,
    channelOf: (index, count) => `通道 ${index}(0 … ${count - 1})`,
    channelShort: (index) => `通道 ${index}:`,
    channelSum: (index, total) => `通道 ${index}:${total}`,

    sum: "算式",
    bias: (value) => `偏置 ${value}`,
    feeds: (count) => `参与 ${count} 个输出:`,
    used: (count) => `使用 ${count} 次:`,
    place: (row, column) => `窗口位置 ${row}, ${column}`,
    outputAt: (row, column) => `输出第 ${row} 行第 ${column} 列`,
    pinned: "已固定",
    unpinned: "未固定",
    pinnedMark: "已固定 · Esc",
    pasted: (rows, columns) => `已粘贴 ${rows} × ${columns} 个数`,
    tooLarge: (most) => `最多 ${most} × ${most} 个数;请减少`,
    notNumber: (text) => `应为数字或一组数字,得到“${text}”`,

    height: "高 o",
    width: "宽 o",
    bothAxes: "高与宽 o",
    letters: (kind, same) =>
      kind === "transposed"
        ? "n 输入,p 填充,d 膨胀,k 卷积核,s 步幅,a 输出填充"
        : `n 输入,p 填充,d 膨胀,k 卷积核,s 步幅${same ? ';padding="same" 保持尺寸' : ""}`,

    panels: "更多",
    panelNames: { size: "输出尺寸", views: "散布与重叠", groups: "分组与代价", matrix: "矩阵 W" },

    laid: "已叠加的部分",
    overlap: "每个输出的重叠数",
    even: "内部均匀",
    uneven: "棋盘格",
    step: (step, count) => `第 ${step} / ${count} 步`,
    lays: (cell) => `${cell} 乘以卷积核,加到输出上。上方是插零后做卷积的同一层:两者同时结束。`,

    blocks: (outs, ins, groups) => `${outs} 个输出通道 × ${ins} 个输入通道,分 ${groups} 组`,
    pairOf: (from, to, joined) => `输入 ${from} → 输出 ${to}:${joined ? "有卷积核" : "不相连"}`,
    tooMany: (most) => `通道多于 ${most} 个:只计数`,
    parameters: "参数",
    multiplyAdds: "乘加次数",
    fewer: (times) => `少到 1/${times}`,
    depthwise: "逐通道卷积:每个通道有自己的卷积核",
    apart: (groups) => `${groups} 个互不相见的层并排`,
    joined: "每个输出通道都看到所有输入通道",

    matrixShape: (rows, columns, entries) =>
      `W:${rows} 个输出 × ${columns} 个输入,其中 ${entries} 个数不恒为零`,
    tooLargeMatrix: (rows, columns) => `W 将有 ${rows} × ${columns} 个数;请用较小的输入查看`,
    proof: (turned, apart, kind) =>
      turned
        ? `Wᵀ · y = 相同权重的 ${
          kind === "conv" ? "ConvTranspose2d(y)" : "Conv2d(y)"
        };最大差 ${apart}`
        : `W · x + 偏置 = y;最大差 ${apart}`,
    noProof: "Wᵀ 是梯度的回路;torch 没有用这些权重的对应层",

    play: "播放",
    pause: "暂停",
    playHint: "让窗口移动(空格键)",
    timeline: "窗口位置",
    speed: "速度",
    perSecond: (value) => `每秒 ${value} 格`,

    torchSays: (said) => `torch:${said}`,
    use: (changes) => `改用 ${changes}`,
    back: "回到图中的设置",
    keys: "空格 播放 · ←/→ 移动 · Enter 固定,Esc 取消 · 在输入或卷积核的格子中键入数字可修改",
    gone: "内核已断开:图仍可用,但不再与 torch 比较",
    lateHint: "内核忙或已断开;图仍可用,内核响应后再比较",
  },
};
