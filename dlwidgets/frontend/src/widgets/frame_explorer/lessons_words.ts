/** The texts of the lessons on a frame; what is told of each step comes from Python. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  choose: "Lesson",
  names: {
    end: "End of a slice",
    labels: "Whole-number labels",
    repeated: "Repeated labels",
    brackets: "[ ]",
    kinds: "Series or DataFrame",
    missing: "What is not there",
    chained: "Setting in two steps",
  },
  steps: "Steps",
  grid: "Data of this lesson",
  setup: "Made by",
  copy: "Before this step",
  step: (at: number, of: number): string => `Step ${at} of ${of}`,
  cells: (many: number): string =>
    many === 1 ? "1 cell lit" : `${many.toLocaleString("en")} cells lit`,
  changed: (many: number): string => many === 1 ? "1 cell changed" : `${many} cells changed`,
  unchanged: "unchanged",
  nearest: (code: string): string => `Works: ${code}`,
  moral: (words: string): string => `Remember: ${words}`,
};

export type LessonWords = typeof en;

export const words: Tables<LessonWords> = {
  en,
  zh: {
    choose: "易错点",
    names: {
      end: "切片的终点",
      labels: "整数标签",
      repeated: "重复标签",
      brackets: "[ ]",
      kinds: "Series 还是 DataFrame",
      missing: "取不到时",
      chained: "分两步赋值",
    },
    steps: "步骤",
    grid: "本例的数据",
    setup: "由此得到",
    copy: "本步之前",
    step: (at, of) => `第 ${at} 步，共 ${of} 步`,
    cells: (many) => `选中 ${many.toLocaleString("zh")} 个单元格`,
    changed: (many) => `修改了 ${many} 个单元格`,
    unchanged: "没有变化",
    nearest: (code) => `可行的写法：${code}`,
    moral: (words) => `记住：${words}`,
  },
};
