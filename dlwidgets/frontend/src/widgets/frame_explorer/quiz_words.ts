/** The texts of the quiz on selections; reasons come from Python with each question. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  what: "Questions about",
  names: { all: "everything", cells: "cells", type: "types", shape: "shapes" },
  begin: "Begin",
  again: "Once more",
  end: "End",
  intro: "Say first what pandas will give; then see. The questions are made from your data.",
  where: (at: number, of: number): string => `Question ${at} of ${of}`,
  ask: {
    cells: "Which cells does this take?",
    type: "Of which type is the result?",
    shape: "Which shape does the result have?",
  },
  data: "Data of this question",
  options: "Answers",
  option: (letter: string): string => `Answer ${letter}`,
  cellsOf: (rows: string, columns: string): string => `rows ${rows}; columns ${columns}`,
  right: "Right.",
  wrong: "Not so.",
  was: (letter: string): string => `It is ${letter}.`,
  gives: "pandas gives",
  next: "Next",
  show: "Show",
  score: (right: number, of: number): string => `${right} of ${of} right`,
  scoreShown: (many: number): string => many > 0 ? `, ${many} shown` : "",
};

export type QuizWords = typeof en;

export const words: Tables<QuizWords> = {
  en,
  zh: {
    what: "题目类型",
    names: { all: "全部", cells: "单元格", type: "类型", shape: "形状" },
    begin: "开始",
    again: "再来一组",
    end: "结束",
    intro: "先预测 pandas 会给出什么，再看答案。题目取自您的数据。",
    where: (at, of) => `第 ${at} 题，共 ${of} 题`,
    ask: {
      cells: "它会取哪些单元格？",
      type: "结果是什么类型？",
      shape: "结果的形状是什么？",
    },
    data: "本题的数据",
    options: "选项",
    option: (letter) => `选项 ${letter}`,
    cellsOf: (rows, columns) => `行 ${rows}；列 ${columns}`,
    right: "答对了。",
    wrong: "不对。",
    was: (letter) => `答案是 ${letter}。`,
    gives: "pandas 给出",
    next: "下一题",
    show: "看答案",
    score: (right, of) => `${of} 题中答对 ${right} 题`,
    scoreShown: (many) => many > 0 ? `，看答案 ${many} 题` : "",
  },
};
