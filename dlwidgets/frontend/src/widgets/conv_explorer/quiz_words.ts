/** The texts of the quiz. */

import type { Tables } from "../../lib/i18n.ts";
import type { CellMistake } from "./quiz_cell.ts";
import type { SizeMistake } from "./quiz_size.ts";

type Plain = Exclude<CellMistake["kind"], "missing" | "sign" | "channel" | "window">;

const en = {
  quiz: "Quiz",
  quizHint: "Predict the output size and three cells before they are shown",
  quizEnd: "End quiz",
  quizOf: (at: number, count: number) => `question ${at} of ${count}`,
  askSize: "How large is the output? height × width =",
  askCell: (name: string) => `What stands at ${name}? =`,
  check: "Check",
  goOn: "Next",
  reveal: "Show me",
  again: "Again",
  right: "Right.",
  wasShown: (answer: string) => `It is ${answer}.`,
  needSize: "expected a whole number or two, such as 3 or 3 × 4",
  needNumber: "expected a number, such as 4, −1.5 or 1/3",
  digits: "Three digits are enough.",
  score: (right: number, count: number) => `${right} of ${count} right`,
  scoreShown: (shown: number) => shown ? `, ${shown} shown` : "",
  sizeWrong: {
    swapped: "Not quite: height and width are swapped.",
    one: "Not quite: the + 1 at the end is missing; the first window counts, too.",
    padding: "Not quite: the padding is missing.",
    once: "Not quite: padding is added on both sides, so it counts twice.",
    stride: "Not quite: the stride is missing; the window does not stop at every cell.",
    floor: "Not quite: look again at how the division is rounded.",
    dilation: "Not quite: the dilation is missing; the kernel spans more cells than it has.",
    extra: "Not quite: output_padding is missing.",
    first: "Not quite: n inputs have n − 1 strides between them.",
    other: "Not quite: that is the formula of the opposite layer.",
  } as Record<SizeMistake, string>,
  sizeOff:
    "Not quite. Think of it in steps: input, padding on both sides, what the kernel spans, the stride, and the first window.",
  cellWrong: {
    relu: "Not quite: ReLU makes negative numbers 0.",
    bias: "Not quite: the bias is missing.",
    added: "Not quite: that is the sum of the inputs; each is multiplied by its weight first.",
    flipped:
      "Not quite: that turns the kernel around; in deep learning it is laid on as it stands.",
    sum: "Not quite: that is the sum; the mean is divided by how many there are.",
    average: "Not quite: that is the mean, not the maximum.",
    maximum: "Not quite: that is the maximum, not the mean.",
    stride: "Not quite: the window stands elsewhere; each step moves it by the stride.",
  } as Record<Plain, string>,
  missing: (term: string) => `Not quite: the term ${term} is missing.`,
  sign: (term: string) => `Not quite: look at the sign of ${term}.`,
  channelMissing: (channel: number) => `Not quite: input channel ${channel} is missing.`,
  otherWindow: (name: string) => `Not quite: that is ${name}, one window further.`,
  cellOff: (by: string) => `Not quite: off by ${by}. No single forgotten term explains it.`,
};

/** Both languages. */
export const words: Tables<typeof en> = {
  en,
  zh: {
    quiz: "小测",
    quizHint: "先预测输出尺寸和三个输出格，再看答案",
    quizEnd: "结束小测",
    quizOf: (at, count) => `第 ${at} 题，共 ${count} 题`,
    askSize: "输出有多大？高 × 宽 =",
    askCell: (name) => `${name} 是多少？=`,
    check: "检查",
    goOn: "下一题",
    reveal: "看答案",
    again: "再来一次",
    right: "正确。",
    wasShown: (answer) => `答案是 ${answer}。`,
    needSize: "应为一个或两个整数，例如 3 或 3 × 4",
    needNumber: "应为一个数，例如 4、−1.5 或 1/3",
    digits: "三位有效数字即可。",
    score: (right, count) => `${count} 题答对 ${right} 题`,
    scoreShown: (shown) => shown ? `，看了 ${shown} 题答案` : "",
    sizeWrong: {
      swapped: "不对：高和宽颠倒了。",
      one: "不对：少了最后的 + 1，第一个窗口也要算。",
      padding: "不对：漏了填充。",
      once: "不对：填充加在两侧，要算两次。",
      stride: "不对：漏了步幅，窗口并不停在每一格。",
      floor: "不对：再看看除法怎样取整。",
      dilation: "不对：漏了膨胀，卷积核跨过的格比它自己的多。",
      extra: "不对：漏了 output_padding。",
      first: "不对：n 个输入之间只有 n − 1 个步幅。",
      other: "不对：这是相反的那种层的公式。",
    },
    sizeOff: "不对。一步步想：输入、两侧的填充、卷积核的跨度、步幅、第一个窗口。",
    cellWrong: {
      relu: "不对：ReLU 把负数变成 0。",
      bias: "不对：漏了偏置。",
      added: "不对：这是输入之和，每个数要先乘以权重。",
      flipped: "不对：这是把卷积核翻转了；深度学习中卷积核不翻转。",
      sum: "不对：这是总和，平均值还要除以个数。",
      average: "不对：这是平均值，不是最大值。",
      maximum: "不对：这是最大值，不是平均值。",
      stride: "不对：窗口不在那里，每一步移动的格数是步幅。",
    },
    missing: (term) => `不对：漏了 ${term} 这一项。`,
    sign: (term) => `不对：看看 ${term} 的符号。`,
    channelMissing: (channel) => `不对：漏了输入通道 ${channel}。`,
    otherWindow: (name) => `不对：这是相邻窗口 ${name} 的值。`,
    cellOff: (by) => `不对：差 ${by}。漏掉任何一项都解释不了。`,
  },
};
