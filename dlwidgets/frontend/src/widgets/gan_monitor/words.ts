/** All texts of the monitor of adversarial training, in both languages. */

import type { GanMonitorTraits } from "../../contract.ts";
import type { Tables } from "../../lib/i18n.ts";

type Finding = GanMonitorTraits["_findings"][number]["code"];

/** A finding in words: its name, what shows it, and what to turn. */
export interface Told {
  readonly name: string;
  readonly seen: (n: Readonly<Record<string, string>>) => string;
  readonly turn: string;
}

const findings: Record<Finding, Told> = {
  vanishing: {
    name: "The generator's gradient has vanished",
    seen: (n) =>
      `Its length is ${n.gradient}, it was up to ${n.greatest}; D gives samples ${n.fake} on average, where log(1 − D(G(z))) is flat.`,
    turn: "Train G against real labels (−log D(G(z))), or with least squares; else lower D's rate.",
  },
  too_strong: {
    name: "The discriminator is too strong",
    seen: (n) =>
      `D(x) is ${n.real} and D(G(z)) ${n.fake}: it is hardly ever wrong, and G learns little from a sure judge.`,
    turn:
      "Lower D's learning rate or raise G's; smooth the real labels to 0.9; fewer D steps a G step.",
  },
  collapse: {
    name: "The samples have collapsed",
    seen: (n) =>
      `Two samples are ${n.spread} as far apart as two real images` +
      (n.covered
        ? `; they cover ${n.covered} of ${n.classes} classes (a classifier that is right on ${n.accuracy} of held-out data).`
        : "."),
    turn:
      "Lower G's learning rate, take fewer G steps a D step, β₁ = 0.5; a larger batch helps D see it.",
  },
  oscillation: {
    name: "The losses swing instead of settling",
    seen: (n) =>
      `G's loss, averaged over batches, swings by ${n.swing} of its mean, up and down in about ${n.period} steps.`,
    turn: "Lower both learning rates, and Adam's β₁ from 0.9 to 0.5, or the momentum.",
  },
};

const en = {
  monitor: (name: string): string => `Adversarial training of ${name}`,
  title: "Adversarial training",
  waiting: "Waiting until the loop has shown which net feeds the other",
  nobody:
    "No generator and discriminator were found: no two optimizers with a net each, of which one feeds the other. Say who plays: GanMonitor(run, generator=G, discriminator=D, noise=z, data=x)",
  scores: "Scores",
  scoresLabel: "Mean score of real examples and of samples over the steps, 0.5 is undecided",
  real: (d: string): string => `${d}(x)`,
  fake: (d: string, g: string): string => `${d}(${g}(z))`,
  losses: "Losses",
  lossesLabel: "Losses of both nets over the steps",
  lossOf: (name: string): string => `loss of ${name}`,
  gradients: "Gradients",
  gradientsNote: "length, logarithmic",
  gradientsLabel: "Length of both gradients over the steps",
  gradientOf: (name: string): string => `‖∇${name}‖`,
  spread: "spread",
  spreadHint: "Mean distance between two samples, as a share of that between two real images",
  steps: "step",
  half: "0.5",
  film: "Film",
  samples: (g: string): string => `${g}(z), the same noise`,
  sampleGrid: (step: string): string => `Samples at step ${step}; arrow keys read the scores`,
  frameAt: (step: string): string => `step ${step}`,
  newest: "newest",
  newestHint: "Follow the newest shot (End)",
  slider: "Shot of the film, by step",
  tile: (i: string, score: string): string => `sample ${i}: D gives ${score}`,
  asked: (label: string): string => `asked for ${label}`,
  looksLike: (guess: string): string => `looks like a ${guess}`,
  hover: "Point at a sample, or walk with the arrow keys, to read its score",
  border: "frame: fake 0 – real 1",
  byClass: "one class a column, one noise a row",
  diagnosis: "Diagnosis",
  early: "Too early to say",
  earlyHint: "It takes 100 steps and five looks, and 300 steps for a collapse",
  fine: "No illness found",
  fineHint: (real: string, fake: string, spread: string): string =>
    `D(x) ${real}, D(G(z)) ${fake}; samples are ${spread} as far apart as real images.`,
  covers: (n: string, of: string, accuracy: string): string =>
    `They cover ${n} of ${of} classes, says a classifier that is right on ${accuracy}.`,
  unknown: "Which classes they cover is not known: the loop shows no labels.",
  doubtful: (accuracy: string): string =>
    `Which classes they cover is not said: the classifier is right on ${accuracy} only.`,
  turn: "Turn",
  findings,
  about: (noise: string, real: string): string => `${noise} noises, ${real} real examples`,
  logits: "scores are σ of D's output",
  thinned: (n: string): string => `every ${n}th look kept`,
  kept: (shots: string, size: string): string => `${shots} shots, ${size}`,
  cost: (percent: string): string => `looking costs ${percent}`,
  spoken: (step: string, mean: string): string => `step ${step}, mean score ${mean}`,
};

export type Words = typeof en;

const diagnoses: Record<Finding, Told> = {
  vanishing: {
    name: "生成器梯度消失",
    seen: (n) =>
      `梯度范数为 ${n.gradient}，此前最大为 ${n.greatest}；D 对样本平均打分 ${n.fake}，此处 log(1 − D(G(z))) 几乎是平的。`,
    turn: "让 G 以真标签训练（−log D(G(z))），或改用最小二乘损失；否则降低 D 的学习率。",
  },
  too_strong: {
    name: "判别器过强",
    seen: (n) => `D(x) 为 ${n.real}，D(G(z)) 为 ${n.fake}：判别器几乎不出错，G 从中学不到多少。`,
    turn: "降低 D 的学习率或提高 G 的；真标签平滑为 0.9；减少每步 G 对应的 D 步数。",
  },
  collapse: {
    name: "样本模式崩溃",
    seen: (n) =>
      `两个样本的平均距离仅为真实图像的 ${n.spread}` +
      (n.covered
        ? `；只覆盖 ${n.classes} 类中的 ${n.covered} 类（由留出准确率为 ${n.accuracy} 的分类器判断）。`
        : "。"),
    turn: "降低 G 的学习率，减少每步 D 对应的 G 步数，β₁ 取 0.5；增大批量有助于 D 察觉。",
  },
  oscillation: {
    name: "损失振荡，未能稳定",
    seen: (n) => `G 的损失（按批平均后）上下摆动，幅度为均值的 ${n.swing}，周期约 ${n.period} 步。`,
    turn: "同时降低两个学习率，并把 Adam 的 β₁ 从 0.9 降到 0.5，或减小动量。",
  },
};

export const words: Tables<Words> = {
  en,
  zh: {
    monitor: (name) => `${name} 的对抗训练`,
    title: "对抗训练",
    waiting: "等待循环显示出哪个网络的输出送入另一个网络",
    nobody:
      "未找到生成器与判别器：没有两个各带网络的优化器，且其中一个网络的输出送入另一个。可直接指明：GanMonitor(run, generator=G, discriminator=D, noise=z, data=x)",
    scores: "打分",
    scoresLabel: "真实样本与生成样本的平均打分随步数的变化，0.5 为无法分辨",
    real: (d) => `${d}(x)`,
    fake: (d, g) => `${d}(${g}(z))`,
    losses: "损失",
    lossesLabel: "两个网络的损失随步数的变化",
    lossOf: (name) => `${name} 的损失`,
    gradients: "梯度",
    gradientsNote: "范数，对数坐标",
    gradientsLabel: "两个网络的梯度范数随步数的变化",
    gradientOf: (name) => `‖∇${name}‖`,
    spread: "分散度",
    spreadHint: "两个样本的平均距离与两张真实图像平均距离之比",
    steps: "步",
    half: "0.5",
    film: "影片",
    samples: (g) => `${g}(z)，噪声固定`,
    sampleGrid: (step) => `第 ${step} 步的样本；用方向键读取打分`,
    frameAt: (step) => `第 ${step} 步`,
    newest: "最新",
    newestHint: "跟随最新一帧（End）",
    slider: "影片的帧，按步数",
    tile: (i, score) => `样本 ${i}：D 打分 ${score}`,
    asked: (label) => `要求生成 ${label}`,
    looksLike: (guess) => `看起来像 ${guess}`,
    hover: "指向某个样本或用方向键移动，可读取其打分",
    border: "边框：假 0 – 真 1",
    byClass: "每列一个类别，每行一个噪声",
    diagnosis: "诊断",
    early: "尚无法判断",
    earlyHint: "至少需要 100 步和五次观察，判断模式崩溃需要 300 步",
    fine: "未发现问题",
    fineHint: (real, fake, spread) =>
      `D(x) 为 ${real}，D(G(z)) 为 ${fake}；样本间距离为真实图像的 ${spread}。`,
    covers: (n, of, accuracy) => `覆盖 ${of} 类中的 ${n} 类（分类器准确率 ${accuracy}）。`,
    unknown: "覆盖哪些类别未知：循环中没有标签。",
    doubtful: (accuracy) => `不判断覆盖哪些类别：分类器准确率仅 ${accuracy}。`,
    turn: "调整",
    findings: diagnoses,
    about: (noise, real) => `${noise} 个噪声，${real} 个真实样本`,
    logits: "打分为 D 输出的 σ 值",
    thinned: (n) => `每 ${n} 次观察保留一次`,
    kept: (shots, size) => `${shots} 帧，${size}`,
    cost: (percent) => `观察开销 ${percent}`,
    spoken: (step, mean) => `第 ${step} 步，平均打分 ${mean}`,
  },
};
