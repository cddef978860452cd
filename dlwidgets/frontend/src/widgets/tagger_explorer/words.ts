/** All texts of the tagger explorer, in both languages. */

import type { Tables } from "../../lib/i18n.ts";

type Kind = "known" | "case" | "unknown" | "missing" | "mark";

/** What the usual names of tags mean. */
const TAGS: Readonly<Record<string, readonly [string, string]>> = {
  DET: ["determiner", "限定词"],
  NN: ["noun", "名词"],
  NOUN: ["noun", "名词"],
  V: ["verb", "动词"],
  VERB: ["verb", "动词"],
  ADJ: ["adjective", "形容词"],
  ADV: ["adverb", "副词"],
  FUNC: ["function word", "虚词"],
  PRON: ["pronoun", "代词"],
  ADP: ["preposition", "介词"],
  NUM: ["numeral", "数词"],
  CONJ: ["conjunction", "连词"],
  PRT: ["particle", "助词"],
};

const en = {
  explorer: "Part-of-speech tagging",
  sentence: "Sentence",
  placeholder: "Type a sentence",
  presets: "Sentences to try",
  words: "Words of the sentence with their tags",
  empty: "No words yet: type a sentence, or choose one above",
  more: (n: string): string => `The first ${n} words are tagged; the text goes on`,
  sizes: (words: string, tags: string): string => `vocabulary of ${words}, ${tags} tags`,
  scores: {
    log: "gives log-probabilities",
    logits: "gives logits, shown after softmax",
    probabilities: "gives probabilities",
  },
  learns: (steps: string): string => `Learning now: step ${steps}`,
  learnt: (steps: string): string => `After a run of ${steps} steps`,
  compare: "before",
  compareHint:
    "Show beside each bar what the model said when it was opened, or at “Compare from now”",
  noCopy: "Torch can't copy this model, so there is nothing from before",
  anew: "Compare from now",
  anewHint: "The model as it is now becomes the one from before",
  was: (tag: string): string => `was ${tag}`,
  kind: (kind: Kind, word: string): string =>
    ({
      known: "",
      case: `read as “${word}”`,
      unknown: "unknown word",
      missing: "unknown: not given to the model",
      mark: "punctuation: not tagged",
    })[kind],
  meaning: (tag: string): string => TAGS[tag.toUpperCase()]?.[0] ?? tag,
  vector: "Vector of a word",
  vectorTitle: (word: string): string => `Vector of “${word}”`,
  vectorOf: (n: string, most: string): string =>
    `${n} numbers from −${most} (orange) over 0 to ${most} (blue)`,
  point: "Point at a word, or walk there with Tab and the arrow keys",
  noVector: "The model is not given this word, or has no nn.Embedding",
  near: "nearest by cosine",
  noNear: "no neighbours: the vector is zero, not finite, or the only one",
  keys:
    "Chinese without blanks is cut by longest match over the vocabulary · ← → move between words",
};

export type Words = typeof en;

export const words: Tables<Words> = {
  en,
  zh: {
    explorer: "词性标注",
    sentence: "句子",
    placeholder: "输入一句话",
    presets: "可试的句子",
    words: "句中的词及其词性",
    empty: "还没有词：请输入一句话，或在上方选择一句",
    more: (n) => `只标注前 ${n} 个词；后面还有文本`,
    sizes: (words, tags) => `词表大小 ${words}，${tags} 种词性`,
    scores: {
      log: "输出对数概率",
      logits: "输出 logits，经 softmax 后显示",
      probabilities: "输出概率",
    },
    learns: (steps) => `正在训练：第 ${steps} 步`,
    learnt: (steps) => `训练 ${steps} 步之后`,
    compare: "此前",
    compareHint: "在每个条形旁标出打开时（或点击“从现在起比较”时）模型给出的概率",
    noCopy: "torch 无法复制此模型，因此没有此前的结果",
    anew: "从现在起比较",
    anewHint: "以现在的模型作为比较的起点",
    was: (tag) => `原为 ${tag}`,
    kind: (kind, word) =>
      ({
        known: "",
        case: `按“${word}”处理`,
        unknown: "未登录词",
        missing: "未登录词：未交给模型",
        mark: "标点：不标注",
      })[kind],
    meaning: (tag) => TAGS[tag.toUpperCase()]?.[1] ?? tag,
    vector: "词向量",
    vectorTitle: (word) => `“${word}”的词向量`,
    vectorOf: (n, most) => `${n} 个数，从 −${most}（橙）经 0 到 ${most}（蓝）`,
    point: "指向一个词，或用 Tab 和方向键移到词上",
    noVector: "此词未交给模型，或模型没有 nn.Embedding",
    near: "余弦最相近",
    noNear: "没有相近的词：向量为零、含非有限值或仅此一个",
    keys: "不带空格的中文按词表以最长匹配切分 · ← → 在词之间移动",
  },
};
