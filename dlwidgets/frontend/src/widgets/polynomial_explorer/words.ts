/** All texts of the polynomial explorer, in both languages. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  explorer: "Polynomial fit",
  synthetic: "synthetic: price of a house over its floor space, a law of degree 2 and noise",
  own: (train: number, test: number): string => `your points: ${train} to fit, ${test} to test`,
  degree: "degree",
  noise: "noise",
  count: "points",
  ridge: "decay λ",
  again: "New sample",
  againOwn: "Split anew",
  againHint: "The next seed",
  seed: (seed: number): string => `seed ${seed}`,
  regimes: { under: "underfitting", good: "right", over: "overfitting" },
  hints: {
    under: "Too simple: errors on training and test points are both high",
    good: "At most 10 % above the least test error",
    over: "Too complex: it follows the noise, and the test error rises",
  },
  fit: "Fit",
  fitLabel: "Points and the polynomial of the chosen degree",
  fitNote: "● training · ○ test",
  fitTruth: "● training · ○ test · dashed: the law",
  errors: "Mean squared error over degree",
  errorsLabel: "Errors on training and test points of each degree; drag to choose one",
  train: "training",
  test: "test",
  errorsNote: "logarithm · solid: training · dashed: test · ◆ least",
  coefficients: "Coefficients of the powers of x, scaled to −1 … 1",
  spoken: (degree: number, train: string, test: string, regime: string): string =>
    `degree ${degree}: training error ${train}, test error ${test}, ${regime}`,
  keys: "← → on the slider: degree · drag the errors to choose one",
};

export type Words = typeof en;

export const words: Tables<Words> = {
  en,
  zh: {
    explorer: "多项式拟合",
    synthetic: "合成数据：房价随面积的变化，二次规律加噪声",
    own: (train, test) => `您的数据：${train} 个点拟合，${test} 个点测试`,
    degree: "次数",
    noise: "噪声",
    count: "点数",
    ridge: "衰减 λ",
    again: "重新抽样",
    againOwn: "重新划分",
    againHint: "下一个种子",
    seed: (seed) => `种子 ${seed}`,
    regimes: { under: "欠拟合", good: "合适", over: "过拟合" },
    hints: {
      under: "过于简单：训练误差与测试误差都高",
      good: "测试误差至多比最低值高 10%",
      over: "过于复杂：连噪声也学了，测试误差回升",
    },
    fit: "拟合",
    fitLabel: "数据点与所选次数的多项式",
    fitNote: "● 训练 · ○ 测试",
    fitTruth: "● 训练 · ○ 测试 · 虚线：真实规律",
    errors: "均方误差随次数的变化",
    errorsLabel: "各次数在训练点与测试点上的误差；拖动可选择次数",
    train: "训练",
    test: "测试",
    errorsNote: "对数坐标 · 实线：训练 · 虚线：测试 · ◆ 最低",
    coefficients: "各次幂的系数，x 已缩放到 −1 … 1",
    spoken: (degree, train, test, regime) =>
      `${degree} 次：训练误差 ${train}，测试误差 ${test}，${regime}`,
    keys: "滑块上 ← → 改变次数 · 在误差图上拖动可选择次数",
  },
};
