/** Texts of the frame explorer. */

import type { Tables } from "../../lib/i18n.ts";
import type { Accessor, Panel, Pick } from "./session.ts";

const en = {
  explorer: "DataFrame",
  panel: "Page",
  panels: {
    select: "Select",
    lessons: "Pitfalls",
    changes: "Change",
    quiz: "Predict",
  } as Record<Panel, string>,
  sizes: (rows: string, columns: string): string =>
    `DataFrame, ${rows} ${rows === "1" ? "row" : "rows"} × ` +
    `${columns} ${columns === "1" ? "column" : "columns"}`,
  series: (rows: string, name: string): string =>
    `Series${name && ` "${name}"`}, ${rows} ${rows === "1" ? "value" : "values"}`,
  empty: (rows: number, columns: number): string =>
    rows === 0 && columns === 0
      ? "empty: no rows and no columns"
      : rows === 0
      ? "empty: no rows"
      : "empty: no columns",
  renewed: "changed in Python, shown anew",
  refresh: "Refresh",
  refreshHint: "Look at the frame anew, after values were changed in Python",
  frame: "The frame",
  everything: "the whole frame",
  row: (label: string, position: number): string => `row ${label}, position ${position}`,
  column: (label: string, position: number): string => `column ${label}, position ${position}`,
  place: (row: number, column: number): string =>
    column < 0
      ? `label of row ${row}`
      : row < 0
      ? `label of column ${column}`
      : `row ${row}, column ${column}`,
  missing: (kind: string): string => `missing: ${kind}`,
  marks: { added: "added", changed: "changed", removed: "removed" } as Record<string, string>,
  close: "Close",
  accessor: "Way to select",
  accessors: {
    "[]": "[ ]",
    ".loc": ".loc",
    ".iloc": ".iloc",
    ".at": ".at",
    ".iat": ".iat",
    "mask": "mask",
    ".query": ".query",
  } as Record<Accessor, string>,
  accessorHints: {
    "[]": "a name takes a column, a slice takes rows",
    ".loc": "by labels; a slice includes its end",
    ".iloc": "by positions from 0; a slice excludes its end",
    ".at": "one cell by its labels",
    ".iat": "one cell by its positions",
    "mask": "rows for which a condition is True",
    ".query": "a condition written as text",
  } as Record<Accessor, string>,
  axis: { rows: "Rows", columns: "Columns" },
  apart: "What was typed is more than these say; change one of them to select with them again",
  kindsOfPick: {
    all: "all",
    one: "one",
    list: "list",
    slice: "slice",
    mask: "condition",
  } as Record<Pick["kind"], string>,
  position: "position",
  label: "label",
  start: "start",
  stopIncluded: "stop (included)",
  stopExcluded: "stop (excluded)",
  step: "step",
  slide: (label: string): string => `${label}, slider`,
  list: "Chosen",
  add: "add",
  remove: (name: string): string => `Remove ${name}`,
  index: "index",
  maskColumn: "Column of the condition",
  operator: "Comparison",
  operators: {
    isna: "is missing",
    notna: "is not missing",
    isin: "is one of",
    between: "lies between",
    contains: "contains",
    startswith: "starts with",
  } as Record<string, string>,
  value: "Value",
  valueHint: "value",
  valueHints: { isin: "1, 2, 3", between: "low, high" } as Record<string, string>,
  go: "Go to",
  goPosition: "position",
  goLabel: "label",
  showLit: "Show it above",
  atEnter: "Large frame: Enter takes what is typed",
  expression: "Selection as code; type one of your own",
  nearest: (code: string): string => `Try ${code} (↓)`,
  result: "Result",
  kinds: {
    scalar: "scalar",
    Series: "Series",
    DataFrame: "DataFrame",
    Index: "Index",
    other: "object",
    error: "error",
  } as Record<string, string>,
  shape: (shape: string): string => `shape ${shape}`,
  lit: (cells: string): string => cells === "1" ? "1 cell" : `${cells} cells`,
  computed: (cells: string): string => `computed from ${cells} ${cells === "1" ? "cell" : "cells"}`,
  none: "No result: see the reason above",
  spellings: "Same result, other spellings",
  verified: "each run and compared",
  usual: "usual",
  use: "Use",
  comparing: "comparing …",
  noSpellings: "No other spelling of this is known",
  noSpellingsComputed: "Spellings are offered for what is selected, not for what is computed",
  keys: "Drag or Shift+arrows select; rulers take whole rows and columns; Ctrl adds; Enter shows " +
    "a cell in full; Alt+←→ on a column sets its width",
};

export type Words = typeof en;

export const words: Tables<Words> = {
  en,
  zh: {
    explorer: "DataFrame 数据表",
    panel: "页面",
    panels: { select: "选择", lessons: "常见误区", changes: "修改", quiz: "先猜后看" },
    sizes: (rows, columns) => `DataFrame，${rows} 行 × ${columns} 列`,
    series: (rows, name) => `Series${name && `“${name}”`}，${rows} 个值`,
    empty: (rows, columns) =>
      rows === 0 && columns === 0
        ? "空：没有行，也没有列"
        : rows === 0
        ? "空：没有行"
        : "空：没有列",
    renewed: "已在 Python 中改变，重新显示",
    refresh: "刷新",
    refreshHint: "在 Python 中改变数值后，重新读取",
    frame: "数据表",
    everything: "整个数据表",
    row: (label, position) => `行标签 ${label}，位置 ${position}`,
    column: (label, position) => `列标签 ${label}，位置 ${position}`,
    place: (row, column) =>
      column < 0
        ? `第 ${row} 行的标签`
        : row < 0
        ? `第 ${column} 列的标签`
        : `第 ${row} 行，第 ${column} 列`,
    missing: (kind) => `缺失值：${kind}`,
    marks: { added: "新增", changed: "已修改", removed: "已删除" },
    close: "关闭",
    accessor: "选择方式",
    accessors: {
      "[]": "[ ]",
      ".loc": ".loc",
      ".iloc": ".iloc",
      ".at": ".at",
      ".iat": ".iat",
      "mask": "布尔掩码",
      ".query": ".query",
    },
    accessorHints: {
      "[]": "写列名取列，写切片取行",
      ".loc": "按标签；切片包含终点",
      ".iloc": "按位置，从 0 开始；切片不含终点",
      ".at": "按标签取一个单元格",
      ".iat": "按位置取一个单元格",
      "mask": "取条件为 True 的行",
      ".query": "把条件写成字符串",
    },
    axis: { rows: "行", columns: "列" },
    apart: "输入的表达式超出了这些控件的范围；改动其中之一即可重新用控件选择",
    kindsOfPick: { all: "全部", one: "单个", list: "列表", slice: "切片", mask: "条件" },
    position: "位置",
    label: "标签",
    start: "起点",
    stopIncluded: "终点（包含）",
    stopExcluded: "终点（不含）",
    step: "步长",
    slide: (label) => `${label}，滑块`,
    list: "已选",
    add: "添加",
    remove: (name) => `移除 ${name}`,
    index: "索引",
    maskColumn: "条件所用的列",
    operator: "比较",
    operators: {
      isna: "为缺失值",
      notna: "不是缺失值",
      isin: "属于",
      between: "介于",
      contains: "包含",
      startswith: "开头为",
    },
    value: "值",
    valueHint: "值",
    valueHints: { isin: "1, 2, 3", between: "下限, 上限" },
    go: "转到",
    goPosition: "位置",
    goLabel: "标签",
    showLit: "在上方显示",
    atEnter: "数据较大：按 Enter 后才执行",
    expression: "所选内容的代码；也可自行输入",
    nearest: (code) => `试试 ${code}（↓）`,
    result: "结果",
    kinds: {
      scalar: "标量",
      Series: "Series",
      DataFrame: "DataFrame",
      Index: "Index",
      other: "对象",
      error: "错误",
    },
    shape: (shape) => `形状 ${shape}`,
    lit: (cells) => `${cells} 个单元格`,
    computed: (cells) => `由 ${cells} 个单元格计算`,
    none: "没有结果：原因见上方",
    spellings: "结果相同的其他写法",
    verified: "均已运行并比较",
    usual: "惯用",
    use: "采用",
    comparing: "比较中 …",
    noSpellings: "没有其他已知写法",
    noSpellingsComputed: "只为选取的内容提供写法，计算得到的不提供",
    keys: "拖动或 Shift+方向键选取；标尺选整行整列；Ctrl 追加；Enter 查看单元格全文；" +
      "在列标签上 Alt+←→ 调整列宽",
  },
};
