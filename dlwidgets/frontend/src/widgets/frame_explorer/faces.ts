/** How each cell of a ruled grid looks: rulers, heads, and what stands under them. */

import { type Area, holds, type Place } from "./area.ts";
import type { Line } from "./axis.ts";
import type { Face, RowFace } from "./cells.ts";
import type { GridRow, Window } from "./session.ts";
import { type Measure, visible } from "./texts.ts";
import type { Words } from "./words.ts";

/** Heights of a row and of a line of the head, in pixels. */
export const ROW = 24;
export const HEAD = 21;

const [NARROW, WIDE] = [40, 190];
const FLAGS = [[1, "lit"], [2, "added"], [4, "changed"], [8, "removed"]] as const;

/** The ruler of positions and those of the labels, one a level, at the left edge. */
export class Rulers {
  /** Lines of the head. */
  heads = 0;
  readonly #positions: number;
  readonly #wanted: number[];
  #widths: number[];

  readonly #measure: Measure;

  constructor(rows: number, names: readonly string[], measure: Measure) {
    this.#measure = measure;
    this.#positions = measure(String(Math.max(rows - 1, 0))) + 18;
    this.#wanted = names.map((name) => clamp(measure(name) + 19));
    this.#widths = this.#wanted;
  }

  get count(): number {
    return 1 + this.#wanted.length;
  }

  get height(): number {
    return this.heads * HEAD;
  }

  get width(): number {
    return this.#positions + this.#widths.reduce((sum, one) => sum + one, 0);
  }

  /** Makes room for labels; it is never taken back, so that nothing jumps to and fro. */
  grow(labels: readonly (readonly string[])[]): void {
    for (const row of labels) {
      row.forEach((label, level) => {
        const wanted = clamp(this.#measure(label, true) + 19);
        if (wanted > (this.#wanted[level] ?? Infinity)) this.#wanted[level] = wanted;
      });
    }
  }

  /** Leaves half of the view to the cells. */
  limit(view: number): void {
    const sum = this.#wanted.reduce((total, one) => total + one, 0);
    const most = Math.max(view * 0.5 - this.#positions, NARROW * this.#wanted.length);
    const share = Math.min(1, most / Math.max(sum, 1));
    this.#widths = this.#wanted.map((one) => Math.floor(one * share));
  }

  /** Where each stands: the positions, then the levels. */
  places(): readonly (readonly [left: number, width: number])[] {
    let left = 0;
    return [this.#positions, ...this.#widths].map((one) => {
      const place = [left, one] as const;
      left += one;
      return place;
    });
  }
}

/** What a grid is drawn from. */
export interface Drawn {
  readonly grid: GridRow;
  readonly window: Window | null;
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  readonly rulers: Rulers;
  readonly line: Line;
  readonly top: number;
  readonly left: number;
  readonly here: Place;
  readonly area: Area | null;
  readonly text: Words;
}

/** All rows that are seen, the head first. */
export function faces(drawn: Drawn): RowFace[] {
  return [...heads(drawn), ...bodies(drawn)];
}

function heads(drawn: Drawn): RowFace[] {
  const { grid, rulers } = drawn;
  const levels = grid.columns.levels;
  const kinds = [
    ...(grid.series ? [] : ["position"]),
    ...Array.from({ length: levels }, (_, level) => level),
    "dtype",
  ];
  return kinds.map((kind, at) => ({
    ...{ top: at * HEAD, height: HEAD, index: at + 1, head: true },
    cells: [
      ...corner(drawn, kind, kind === levels - 1),
      ...columnsOf(drawn).map(([column, place]) => head(drawn, kind, column, place)),
    ],
  }));

  function head(
    { here, text, window }: Drawn,
    kind: string | number,
    column: number,
    place: { left: number; width: number },
  ): Face {
    const at = window ? column - window.columns[0]! : -1;
    const label = window?.column_labels[at]?.[Number(kind)];
    const name = typeof kind === "number"
      ? label
      : kind === "dtype"
      ? window?.dtypes[at]
      : String(column);
    const last = kind === levels - 1;
    return {
      ...place,
      text: name === undefined ? "…" : visible(name),
      tone: typeof kind === "number" ? "name" : kind,
      role: "columnheader",
      index: rulers.count + column + 1,
      place: `-1 ${column}`,
      focusable: last,
      here: last && here[0] === -1 && here[1] === column,
      ...(last && name !== undefined ? { label: text.column(visible(name), column) } : {}),
    };
  }
}

function corner({ grid, here, rulers, text }: Drawn, kind: string | number, last: boolean): Face[] {
  return rulers.places().map(([left, wide], at) => {
    const lowest = kind === "dtype";
    const name = grid.rows.names[at - 1];
    const shown = at === 0
      ? lowest ? "" : kind === "position" ? "#" : ""
      : lowest
      ? name ? visible(name) : ""
      : at === rulers.count - 1 && typeof kind === "number"
      ? visible(grid.columns.names[kind] ?? "")
      : "";
    const focus = last && at === rulers.count - 1;
    return {
      ...{ text: shown, left, width: wide, tone: at === 0 ? "position side" : "corner side" },
      ...{ role: "columnheader" as const, index: at + 1, place: "-1 -1", focusable: focus },
      here: focus && here[0] === -1 && here[1] === -1,
      ...(focus ? { label: text.everything } : {}),
    };
  });
}

/** The visible columns with where they stand. */
function columnsOf(
  { columns, left, line, rulers }: Drawn,
): [number, { left: number; width: number }][] {
  const found: [number, { left: number; width: number }][] = [];
  for (let column = columns[0]; column < columns[1]; column++) {
    const place = {
      left: rulers.width + line.offset(column) - left,
      width: line.size(column),
    };
    found.push([column, place]);
  }
  return found;
}

function bodies(drawn: Drawn): RowFace[] {
  const { rows, rulers, top } = drawn;
  const columns = columnsOf(drawn);
  return Array.from({ length: rows[1] - rows[0] }, (_, at) => {
    const row = rows[0] + at;
    return {
      ...{ top: rulers.height + row * ROW - top, height: ROW, head: false },
      index: rulers.heads + row + 1,
      cells: [
        ...columns.map(([column, place]) => body(drawn, row, column, place)),
        ...sides(drawn, row),
      ],
    };
  });
}

function body(
  { area, here, rulers, text, window }: Drawn,
  row: number,
  column: number,
  place: { left: number; width: number },
): Face {
  const [r, c] = window ? [row - window.rows[0]!, column - window.columns[0]!] : [-1, -1];
  const known = window?.texts[r]?.[c];
  const missing = window?.missing[r]?.[c] ?? "";
  const wide = window ? window.columns[1]! - window.columns[0]! : 0;
  const flags = known === undefined ? 0 : window!.flags[r * wide + c]!;
  const marks = FLAGS.flatMap(([bit, name]) => flags & bit ? [name] : []);
  const chosen = area !== null && holds(area.rows, row) && holds(area.columns, column);
  const tones = [
    ...(known === undefined ? ["wait"] : marks),
    ...(missing ? ["missing"] : []),
    ...(window?.align[c] === "right" ? ["right"] : []),
    ...(chosen ? ["area"] : []),
  ];
  const said = marks.filter((one) => one !== "lit").map((one) => text.marks[one]!);
  const shown = known === undefined ? "…" : visible(known);
  return {
    ...place,
    text: shown,
    tone: tones.join(" "),
    role: "gridcell",
    index: rulers.count + column + 1,
    place: `${row} ${column}`,
    focusable: true,
    here: here[0] === row && here[1] === column,
    selected: marks.includes("lit"),
    ...(missing || said.length
      ? { label: [missing ? text.missing(missing) : shown, ...said].join(", ") }
      : {}),
  };
}

function sides({ here, rulers, text, window }: Drawn, row: number): Face[] {
  const labels = window?.row_labels[row - window.rows[0]!];
  return rulers.places().map(([left, wide], at) => {
    const label = labels?.[at - 1];
    const last = at === rulers.count - 1;
    const shown = at === 0 ? String(row) : label === undefined ? "…" : visible(label);
    return {
      ...{ text: shown, left, width: wide, tone: at === 0 ? "position side" : "name side" },
      ...{ role: "rowheader" as const, index: at + 1, place: `${row} -1`, focusable: last },
      here: last && here[0] === row && here[1] === -1,
      ...(last && labels ? { label: text.row(labels.map(visible).join(", "), row) } : {}),
    };
  });
}

function clamp(size: number): number {
  return Math.min(Math.max(size, NARROW), WIDE);
}
