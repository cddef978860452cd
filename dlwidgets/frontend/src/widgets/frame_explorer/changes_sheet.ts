/** Before and after in one table: each cell says what it is and what it was, by sign and colour. */

import { h, mark } from "../../lib/dom.ts";
import { words } from "./changes_words.ts";
import type { Context, Part, Traits } from "./session.ts";
import { visible } from "./texts.ts";

type Sheet = Traits["_changes"];
type Line = Sheet["rows"][number];

/** What is chosen in the table, as positions after the change; −1 stands for all. */
export interface Target {
  readonly row: number;
  readonly column: number;
  readonly rowName: string;
  readonly columnName: string;
}

export interface SheetPart extends Part {
  target(): Target | null;
}

const SIGNS = { "": "", added: "＋", removed: "－", changed: "≠" } as const;

export function sheet({ bin, language, session }: Context): SheetPart {
  const text = words[language];
  const table = h("table", { role: "grid", "aria-label": text.table });
  const el = h("div", { class: "dlw-fe-diff" }, table);
  let known: Sheet | null = null;
  /** Where the hand is in the table, with 0 for the rulers; and what it has chosen. */
  let [at, chosen]: [[number, number], [number, number] | null] = [[1, 1], null];

  const place = (row: number, column: number): HTMLElement | null =>
    table.querySelector(`[data-at="${row} ${column}"]`);
  const walk = (row: number, column: number): void => {
    const next = place(row, column);
    if (!next) return;
    mark(place(...at)!, "tabindex", "-1");
    at = [row, column];
    mark(next, "tabindex", "0");
    next.focus();
  };
  const choose = (row: number, column: number): void => {
    if (row === 0 && column === 0) return;
    const same = chosen?.[0] === row && chosen[1] === column;
    chosen = same ? null : [row, column];
    session.changed();
  };
  bin.listen<MouseEvent>(table, "click", (event) => {
    const spot = (event.target as Element).closest<HTMLElement>("[data-at]");
    if (!spot) return;
    const [row, column] = spot.dataset["at"]!.split(" ").map(Number) as [number, number];
    walk(row, column);
    choose(row, column);
  });
  bin.listen<KeyboardEvent>(table, "keydown", (event) => {
    const [row, column] = at;
    const to: Record<string, [number, number]> = {
      ...{ ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], Home: [row, 0] },
      ...{ ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1] },
    };
    const next = to[event.key];
    if (next) walk(...next);
    else if (event.key === "Enter" || event.key === " ") choose(row, column);
    else return;
    event.preventDefault();
  });

  const spot = (tag: "td" | "th", row: number, column: number): HTMLElement =>
    h(tag, { "data-at": `${row} ${column}`, tabindex: "-1", role: roleOf(row, column) });
  const filled = (
    cell: HTMLElement,
    before: string,
    after: string,
    tone: Line["tone"],
  ): HTMLElement => {
    mark(cell, "data-tone", tone || undefined);
    const now = visible(tone === "removed" ? before : after);
    if (tone) cell.append(h("b", { "aria-hidden": "true" }, SIGNS[tone]));
    cell.append(h(tone === "removed" ? "s" : "bdi", {}, now));
    const was = visible(before);
    if (tone === "changed" && was !== now) cell.append(" ", h("s", {}, was));
    if (tone) {
      const told = tone === "changed"
        ? `${text.tones.changed}, ${text.was(was)}`
        : text.tones[tone];
      mark(cell, "aria-label", `${now}: ${told}`);
    }
    return cell;
  };
  const head = (line: Line, column: number): HTMLElement => {
    const cell = filled(spot("th", 0, column), line.before, line.after, line.tone);
    const { dtype_after: now, dtype_before: was } = line;
    mark(cell, "data-text", isText(line));
    const both = was && now && was !== now;
    const dtype = h("small", { "data-tone": both ? "changed" : undefined }, now || was);
    if (both) dtype.append(" ", h("s", {}, was));
    cell.append(dtype);
    return cell;
  };
  const gap = (line: Line, width: number): HTMLElement[] =>
    line.skipped === 0 ? [] : [
      h(
        "tr",
        { class: "dlw-fe-gap" },
        h("td", { colspan: width + 1 }, `⋮ ${text.skipped(line.skipped)}`),
      ),
    ];
  const build = ({ cells, columns, rows }: Sheet): void => {
    const body = rows.flatMap((line, i) => [
      ...gap(line, columns.length),
      h(
        "tr",
        {},
        filled(spot("th", i + 1, 0), line.before, line.after, line.tone),
        ...cells[i]!.map((cell, j) => {
          const el = filled(spot("td", i + 1, j + 1), cell.before, cell.after, cell.tone);
          mark(el, "data-text", isText(columns[j]!));
          return el;
        }),
      ),
    ]);
    const top = h("tr", {}, spot("td", 0, 0), ...columns.map((line, j) => head(line, j + 1)));
    table.replaceChildren(top, ...body);
    mark(table, "aria-rowcount", String(rows.length + 1));
    at = [Math.min(at[0], rows.length), Math.min(at[1], columns.length)];
    mark(place(...at) ?? top.firstElementChild!, "tabindex", "0");
  };
  const target = (): Target | null => {
    if (!chosen || !known) return null;
    const [line, column] = [known.rows[chosen[0] - 1], known.columns[chosen[1] - 1]];
    if (
      (chosen[0] > 0 && (line?.place ?? -1) < 0) || (chosen[1] > 0 && (column?.place ?? -1) < 0)
    ) {
      return null;
    }
    return {
      row: line?.place ?? -1,
      column: column?.place ?? -1,
      rowName: visible(line?.after ?? ""),
      columnName: visible(column?.after ?? ""),
    };
  };
  return {
    el,
    target,
    update() {
      const now = session.model.get("_changes");
      if (now !== known) {
        const focus = table.contains(document.activeElement);
        if (
          known &&
          (known.rows.length !== now.rows.length || known.columns.length !== now.columns.length)
        ) {
          chosen = null;
        }
        known = now;
        build(now);
        if (focus) place(...at)?.focus();
      }
      for (const cell of table.querySelectorAll<HTMLElement>("[data-at]")) {
        const [row, column] = cell.dataset["at"]!.split(" ").map(Number);
        const whole = chosen && (chosen[0] === 0 ? column === chosen[1] : row === chosen[0]);
        const one = chosen && row === chosen[0] && column === chosen[1];
        const inside = chosen && (chosen[0] > 0 && chosen[1] > 0 ? one : whole);
        mark(cell, "aria-selected", inside ? "true" : undefined);
      }
    },
  };
}

function roleOf(row: number, column: number): string {
  return row === 0 && column > 0
    ? "columnheader"
    : column === 0 && row > 0
    ? "rowheader"
    : "gridcell";
}

/** Numbers stand to the right, below one another. */
function isText({ dtype_after: now, dtype_before: was }: Line): boolean {
  return !/^(u?int|float|complex|bool)/i.test(now || was);
}
