/** The texts of changing data; what has changed is told by Python. */

import type { Tables } from "../../lib/i18n.ts";

const en = {
  intro: "On a copy: your own data stay as they are.",
  cut: (rows: number, columns: number): string =>
    `On a copy of the first ${rows.toLocaleString("en")} rows and ${columns} columns: ` +
    "your own data stay as they are.",
  statement: "Statement that changes the data",
  run: "Run",
  undo: "Undo",
  clear: "Undo all",
  examples: "Such as",
  table: "Before and after",
  name: "Name",
  value: "Value",
  valueHint: "a number, a text, or an expression of columns",
  add: "Add column",
  addElement: "Add",
  rename: "Rename",
  set: "Set",
  drop: "Drop",
  nothing: "Choose a row, column or cell in the table",
  row: (name: string): string => `row ${name}`,
  column: (name: string): string => `column ${name}`,
  cell: (row: string, column: string): string => `${row}, ${column}`,
  tones: { added: "new", removed: "removed", changed: "changed" },
  was: (before: string): string => `was ${before}`,
  nearest: (code: string): string => `Write ${code}`,
  code: "The same in a notebook",
  left: (rows: number, columns: number): string =>
    [
      rows > 0 ? `${rows.toLocaleString("en")} more rows` : "",
      columns > 0 ? `${columns} more columns` : "",
    ]
      .filter(Boolean).join(", ") + " not shown",
  skipped: (many: number): string => `${many.toLocaleString("en")} left out`,
  none: "Nothing has been changed yet.",
};

export type ChangeWords = typeof en;

export const words: Tables<ChangeWords> = {
  en,
  zh: {
    intro: "在副本上操作：您自己的数据保持不变。",
    cut: (rows, columns) =>
      `在前 ${rows.toLocaleString("zh")} 行、${columns} 列的副本上操作：您自己的数据保持不变。`,
    statement: "修改数据的语句",
    run: "执行",
    undo: "撤销",
    clear: "全部撤销",
    examples: "例如",
    table: "修改前后",
    name: "名称",
    value: "值",
    valueHint: "数、字符串，或由列组成的表达式",
    add: "增加一列",
    addElement: "增加",
    rename: "改名",
    set: "赋值",
    drop: "删除",
    nothing: "请在表中选择一行、一列或一个单元格",
    row: (name) => `行 ${name}`,
    column: (name) => `列 ${name}`,
    cell: (row, column) => `${row}，${column}`,
    tones: { added: "新增", removed: "删除", changed: "修改" },
    was: (before) => `原为 ${before}`,
    nearest: (code) => `改写为 ${code}`,
    code: "在 notebook 中的写法",
    left: (rows, columns) =>
      "未显示：" +
      [
        rows > 0 ? `另外 ${rows.toLocaleString("zh")} 行` : "",
        columns > 0 ? `另外 ${columns} 列` : "",
      ]
        .filter(Boolean).join("、"),
    skipped: (many) => `省略 ${many.toLocaleString("zh")}`,
    none: "尚未修改。",
  },
};
