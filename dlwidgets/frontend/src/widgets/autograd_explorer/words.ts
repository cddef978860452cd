/** All texts of the autograd explorer, in both languages. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  explorer: "Autograd",
  graph: "Graph: circles are tensors, squares are operators",
  all: (count: string): string => `${count} operators`,
  some: (shown: string, total: string): string => `${shown} of ${total} operators`,
  hidden: (count: string): string => `${count} more behind`,
  lookHere: "Show what lies behind",
  lookBack: "Back to the output",
  reset: "Reset",
  resetHint: "Your own values again",
  value: "value",
  gradient: "gradient",
  unknown: "not kept",
  unknownHint: "Torch keeps only what backward needs, and this value is not among it",
  recovered: "Not kept by torch; it follows from what is",
  kinds: { leaf: "leaf", constant: "constant", result: "result" },
  kindHints: {
    leaf: "requires_grad=True: backward() leaves the gradient in .grad",
    constant: "No requires_grad: no gradient arrives",
    result: "Computed: its gradient is used on the way and not kept",
  },
  leaves: "Leaves",
  noEdit: (names: string): string =>
    `Values and gradients are those of your own graph. It can't be computed again with other ` +
    `leaves because of ${names}; for that, give the function: explore(f, w=w).`,
  numberOf: (name: string, place: string): string => place ? `${name}[${place}]` : name,
  backward: "Backward, step by step",
  seed: (root: string): string => `Backward begins at ${root}: its gradient is given`,
  arrives: (name: string): string => `What arrives at ${name} from the operators after it`,
  elsewhere: (name: string): string => `A path outside the picture reaches ${name}`,
  passes: "upstream, passed through the operator",
  adds: (name: string): string => `Paths meet at ${name}: gradients add up`,
  step: (place: string, what: string): string => `step ${place}: ${what}`,
  stats: "min, mean, max, norm",
  choose: "Choose a circle or a square of the graph for its numbers.",
  node: (name: string): string => `torch calls it ${name}`,
  cannot: "can't be computed again here",
  jacobian: "Jacobian, row by row",
  vector: "v",
  vectorOf: (place: string): string => `v, output ${place}`,
  product: "vᵀJ",
  jacobianHint:
    "A tensor of several numbers has no single gradient. backward(v) returns vᵀJ: the rows of J, each times its number of v, added up.",
  rowPicked: (row: string): string => `v picks row ${row} of J: the gradient of that output alone.`,
  columnSum:
    "v = (1, …, 1) adds up the rows: these are the column sums of J, the gradient of the sum of the outputs, not J itself.",
  tries: "What happens …",
  triesHint: "Each is carried out by torch, on copies of your tensors",
  notRun: "Choose one; torch carries it out on copies of your tensors.",
  torch: "Torch says",
  warns: "Torch warns",
  pass: (place: string): string => `after backward ${place}`,
  none: "None",
  kept: ["without retain_grad", "with retain_grad"],
  keys: "Arrows move through the graph, + and − change a number, Space plays",
  spoken: (root: string, value: string, gradients: string): string =>
    `${root} ${value}; gradients ${gradients}`,
  nothing: "no gradient",
  codeNone: "This graph is too large, or holds an operator that can't be written out.",
  tried: {
    accumulate: "without zero_grad",
    zero: "with zero_grad",
    twice: "backward twice",
    retain: "with retain_graph",
    detach: "detach",
    no_grad: "no_grad",
    inplace: "in-place change",
    leaf: "leaf in place",
    inner: ".grad of a result",
    vector: "backward() of a tensor",
  },
};

type Plain = typeof en;

/** What an outcome means: where torch refused, and where it did not. */
interface Meaning {
  readonly refused: (target: string) => string;
  readonly done: (target: string) => string;
}

export type Kind = keyof Plain["tried"];
export type Words = Plain & { readonly means: Readonly<Record<Kind, Meaning>> };

const same = (text: string): Meaning => ({ refused: () => text, done: () => text });

const english: Words["means"] = {
  accumulate: same(
    "Each backward() adds to .grad, so it grows to 1, 2, 3 times the gradient. Call zero_grad() before each step.",
  ),
  zero: same(".grad is emptied first, so each pass leaves the gradient itself."),
  twice: {
    refused: () =>
      "The first backward() freed what the operators had saved; the second has nothing to compute with. Run the forward pass again, or use retain_graph=True.",
    done: () =>
      "No operator of this graph has saved anything, so nothing was freed: the second backward() went through, and added to .grad.",
  },
  retain: same(
    "retain_graph=True keeps what was saved, so backward() can run again; the gradients add up.",
  ),
  detach: {
    refused: (target) =>
      `${target}.detach() cuts the graph there, and no leaf is left that the output depends on.`,
    done: (target) =>
      `${target}.detach() cuts the graph there: the number stays, but nothing behind it gets a gradient by this way.`,
  },
  no_grad: same(
    "Inside torch.no_grad() no graph is recorded, so the output has no grad_fn. It is for evaluating, not for training.",
  ),
  inplace: {
    refused: (target) =>
      `An operator had saved ${target} for its derivative; torch counts the versions of a tensor and refuses rather than give a wrong gradient. Make a new tensor: ${target} = ${target} + 1.`,
    done: (target) =>
      `No derivative needs the old ${target}, so torch lets the change pass and the gradients are right.`,
  },
  leaf: same(
    "A leaf that requires a gradient can't be changed in place while torch records. Optimizers do it inside torch.no_grad().",
  ),
  inner: same(
    "The gradient of a result is used on the way and let go: .grad is None. After retain_grad() it is kept.",
  ),
  vector: {
    refused: () =>
      "Only a single number has a gradient without more being said. Give v in the shape of the output: backward(v) returns vᵀJ.",
    done: () => "The output is a single number, so torch begins with 1.",
  },
};

const chinese: Words["means"] = {
  accumulate: same(
    "每次 backward() 都累加到 .grad，因此依次为梯度的 1、2、3 倍。每步之前请调用 zero_grad()。",
  ),
  zero: same("先清空 .grad，因此每次反向传播留下的就是梯度本身。"),
  twice: {
    refused: () =>
      "第一次 backward() 已释放算子保存的中间值，第二次无从计算。请重新前向计算，或使用 retain_graph=True。",
    done: () =>
      "此计算图的算子没有保存任何值，无可释放：第二次 backward() 照常进行并累加到 .grad。",
  },
  retain: same("retain_graph=True 保留中间值，因此可以再次 backward()；梯度会累加。"),
  detach: {
    refused: (target) => `${target}.detach() 在此切断计算图，输出不再依赖任何叶子节点。`,
    done: (target) => `${target}.detach() 在此切断计算图：数值不变，但梯度不再经此传到其后的节点。`,
  },
  no_grad: same("在 torch.no_grad() 中不记录计算图，输出没有 grad_fn。它用于评估，而非训练。"),
  inplace: {
    refused: (target) =>
      `有算子为求导保存了 ${target}；torch 记录张量的版本号，宁可报错也不给出错误的梯度。请新建张量：${target} = ${target} + 1。`,
    done: (target) => `没有导数需要 ${target} 的旧值，因此 torch 允许修改，梯度仍然正确。`,
  },
  leaf: same(
    "记录计算图时，不能原地修改需要梯度的叶子节点。优化器在 torch.no_grad() 中进行更新。",
  ),
  inner: same("非叶子节点的梯度用后即释放，.grad 为 None；调用 retain_grad() 后才会保留。"),
  vector: {
    refused: () => "只有标量无需参数即可求导。请给出与输出形状相同的 v：backward(v) 得到 vᵀJ。",
    done: () => "输出只有一个数，因此 torch 从 1 开始。",
  },
};

export const words: Tables<Words> = {
  en: { ...en, means: english },
  zh: {
    explorer: "自动求导",
    graph: "计算图：圆形为张量，方形为算子",
    all: (count) => `${count} 个算子`,
    some: (shown, total) => `共 ${total} 个算子，显示 ${shown} 个`,
    hidden: (count) => `之前还有 ${count} 个`,
    lookHere: "显示之前的部分",
    lookBack: "回到输出",
    reset: "重置",
    resetHint: "恢复你自己的值",
    value: "值",
    gradient: "梯度",
    unknown: "未保存",
    unknownHint: "torch 只保存反向传播所需的值，此值不在其中",
    recovered: "torch 未保存，由已保存的值推出",
    kinds: { leaf: "叶子节点", constant: "常量", result: "中间结果" },
    kindHints: {
      leaf: "requires_grad=True：backward() 将梯度存入 .grad",
      constant: "没有 requires_grad：不接收梯度",
      result: "由计算得到：其梯度用后即释放",
    },
    leaves: "叶子节点",
    noEdit: (names) =>
      `值与梯度来自你自己的计算图。由于 ${names}，无法用其他叶子值重新计算；请给出函数：explore(f, w=w)。`,
    numberOf: (name, place) => place ? `${name}[${place}]` : name,
    backward: "逐步反向传播",
    seed: (root) => `反向传播从 ${root} 开始：其梯度是给定的`,
    arrives: (name) => `由其后的算子传到 ${name} 的梯度`,
    elsewhere: (name) => `图外的路径到达 ${name}`,
    passes: "上游梯度经过此算子",
    adds: (name) => `多条路径在 ${name} 汇合：梯度相加`,
    step: (place, what) => `第 ${place} 步：${what}`,
    stats: "最小、均值、最大、范数",
    choose: "选择图中的圆形或方形，查看其数值。",
    node: (name) => `torch 中名为 ${name}`,
    cannot: "此处无法重新计算",
    jacobian: "逐行构造雅可比矩阵",
    vector: "v",
    vectorOf: (place) => `v，输出 ${place}`,
    product: "vᵀJ",
    jacobianHint:
      "含多个数的张量没有单一的梯度。backward(v) 得到 vᵀJ：J 的各行乘以 v 的对应数后相加。",
    rowPicked: (row) => `v 取出 J 的第 ${row} 行：仅该输出的梯度。`,
    columnSum: "v = (1, …, 1) 将各行相加：得到 J 的各列之和，即输出之和的梯度，而不是 J 本身。",
    tries: "会发生什么 …",
    triesHint: "每一项都由 torch 在你的张量的副本上执行",
    notRun: "请选择一项；torch 会在张量的副本上执行。",
    torch: "torch 报错",
    warns: "torch 警告",
    pass: (place) => `第 ${place} 次 backward 后`,
    none: "None",
    kept: ["未调用 retain_grad", "调用 retain_grad 后"],
    keys: "方向键在图中移动，+ 与 − 改变数值，空格播放",
    spoken: (root, value, gradients) => `${root} ${value}；梯度 ${gradients}`,
    nothing: "没有梯度",
    codeNone: "此计算图过大，或含有无法写出的算子。",
    tried: {
      accumulate: "不调用 zero_grad",
      zero: "调用 zero_grad",
      twice: "两次 backward",
      retain: "使用 retain_graph",
      detach: "detach",
      no_grad: "no_grad",
      inplace: "原地修改",
      leaf: "原地修改叶子节点",
      inner: "中间结果的 .grad",
      vector: "对张量调用 backward()",
    },
    means: chinese,
  },
};
