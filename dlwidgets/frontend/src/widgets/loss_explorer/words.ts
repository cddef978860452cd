/** All texts of the loss explorer, in both languages. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  explorer: "Loss",
  kind: "Loss",
  kinds: { cross_entropy: "Cross entropy", bce: "Binary with logits", mse: "Squared error" },
  reduction: "Reduction",
  reductions: { mean: "mean", sum: "sum", none: "none" },
  noneHint: "No reduction: the gradient is that of the sum",
  smoothing: "label smoothing",
  weight: "weight",
  posWeight: "pos_weight",
  logit: "logit x",
  prediction: "prediction x",
  target: "target",
  probability: "softmax",
  sigmoid: "σ(x)",
  term: "loss",
  gradient: "gradient",
  sample: (index: string): string => `sample ${index}`,
  logitOf: (sample: string, name: string): string => `logit of sample ${sample}, class ${name}`,
  targetOf: (sample: string, name: string): string => `target of sample ${sample}, class ${name}`,
  weightOf: (name: string): string => `weight of class ${name}`,
  smoothingHint: "The share of the target that is spread over all classes",
  softmaxHint: "eˣ over the sum of eˣ of the row",
  gradientHint: "Of the loss with respect to the logit: where a step of descent would lower it",
  value: "loss",
  spoken: (value: string): string => `loss ${value}`,
};

export type Words = typeof en;

export const words: Tables<Words> = {
  en,
  zh: {
    explorer: "损失函数",
    kind: "损失函数",
    kinds: { cross_entropy: "交叉熵", bce: "二元交叉熵（logits）", mse: "均方误差" },
    reduction: "归约方式",
    reductions: { mean: "平均", sum: "求和", none: "不归约" },
    noneHint: "不归约：梯度是总和的梯度",
    smoothing: "标签平滑",
    weight: "权重",
    posWeight: "正类权重",
    logit: "logit x",
    prediction: "预测 x",
    target: "目标",
    probability: "softmax",
    sigmoid: "σ(x)",
    term: "损失",
    gradient: "梯度",
    sample: (index) => `样本 ${index}`,
    logitOf: (sample, name) => `样本 ${sample} 类别 ${name} 的 logit`,
    targetOf: (sample, name) => `样本 ${sample} 类别 ${name} 的目标`,
    weightOf: (name) => `类别 ${name} 的权重`,
    smoothingHint: "目标中平均分给所有类别的份额",
    softmaxHint: "eˣ 除以该行 eˣ 之和",
    gradientHint: "损失对该 logit 的梯度；梯度下降沿其反方向移动",
    value: "损失",
    spoken: (value) => `损失 ${value}`,
  },
};
