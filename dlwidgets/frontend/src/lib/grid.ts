/** A grid of numbers that can be walked, pointed at, pinned, edited and pasted into. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import { parse } from "./format.ts";
import { block } from "./paste.ts";

/** How one cell looks. `tone` is a list of words that the style sheet knows. */
export interface Face {
  readonly text: string;
  /** Its share of the largest value, −1 to 1, shown as a tint. */
  readonly heat?: number;
  readonly tone: string;
  /** A small text in the corner, as the weight that a cell meets. */
  readonly note?: string;
  /** What is told under the pointer and to screen readers, where the text does not say all. */
  readonly title?: string;
}

/** What part of which grid is shown. */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What happens in a grid; rows and columns are those of the whole grid. */
export interface Gestures {
  point(row: number, column: number): void;
  leave(): void;
  pin(row: number, column: number): void;
  unpin(): void;
  /** What stands in a cell that can be changed, `null` elsewhere: cells show it rounded. */
  exact?(row: number, column: number): number | string | null;
  /** A number was typed. */
  edit?(row: number, column: number, value: number): void;
  /** Instead of `edit`: takes what was typed as it is, where numbers of the page are too coarse. */
  write?(row: number, column: number, text: string): void;
  paste?(row: number, column: number, values: number[][]): void;
  /** What was typed or pasted is no number. */
  refuse(text: string): void;
}

const WALK: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Keys that begin a number. */
const TYPED = /^[-−+.\d]$/;

export class Grid {
  readonly el: HTMLElement;
  readonly #bin: Disposer;
  readonly #act: Gestures;
  #extent: Extent = { rows: 0, columns: 0, top: 0, left: 0, height: 0, width: 0 };
  #rows: { el: HTMLElement; cells: HTMLElement[] }[] = [];
  /** The cell that Tab reaches, in the whole grid. */
  #here: [number, number] = [0, 0];
  #editing: HTMLInputElement | null = null;
  /** What stood in the entry at first, if it was opened on the number that is there. */
  #before: string | null = null;

  constructor(bin: Disposer, label: string, act: Gestures) {
    this.#bin = bin;
    this.#act = act;
    this.el = h("div", { class: "dlw-grid", role: "grid", "aria-label": label });
    this.#listen();
  }

  /** Draws the cells; elements stay where they are. */
  show(extent: Extent, face: (row: number, column: number) => Face): void {
    if (JSON.stringify(extent) !== JSON.stringify(this.#extent)) this.#build(extent);
    const { top, left, height, width } = extent;
    for (let r = 0; r < height; r++) {
      const { cells } = this.#rows[r]!;
      for (let c = 0; c < width; c++) dress(cells[c]!, face(top + r, left + c));
    }
  }

  /** Puts the focus on a cell. */
  go(row: number, column: number, focus = true): void {
    const { rows, columns } = this.#extent;
    this.#cell(...this.#here)?.setAttribute("tabindex", "-1");
    this.#here = [clamp(row, rows), clamp(column, columns)];
    const next = this.#cell(...this.#here);
    next?.setAttribute("tabindex", "0");
    if (focus) next?.focus();
  }

  #cell(row: number, column: number): HTMLElement | undefined {
    return this.#rows[row - this.#extent.top]?.cells[column - this.#extent.left];
  }

  #build(extent: Extent): void {
    const { rows, columns, top, left, height, width } = extent;
    this.#extent = extent;
    mark(this.el, "aria-rowcount", String(rows));
    mark(this.el, "aria-colcount", String(columns));
    const focused = this.el.contains(this.el.ownerDocument.activeElement) && !this.#editing;
    while (this.#rows.length > height) this.#rows.pop()!.el.remove();
    while (this.#rows.length < height) {
      const el = h("div", { class: "dlw-grid-row", role: "row" });
      this.#rows.push({ el, cells: [] });
      this.el.append(el);
    }
    this.#rows.forEach(({ el, cells }, r) => {
      mark(el, "aria-rowindex", String(top + r + 1));
      while (cells.length > width) cells.pop()!.remove();
      while (cells.length < width) {
        const cell = h("div", { class: "dlw-cell", role: "gridcell", tabindex: -1 });
        cells.push(cell);
        el.append(cell);
      }
      cells.forEach((cell, c) => {
        mark(cell, "tabindex", "-1");
        mark(cell, "aria-colindex", String(left + c + 1));
      });
    });
    const row = Math.min(Math.max(this.#here[0], top), top + height - 1);
    const column = Math.min(Math.max(this.#here[1], left), left + width - 1);
    this.go(row, column, focused);
  }

  /** The place of the cell that an event happened in. */
  #at(event: Event): [number, number] | null {
    const cell = (event.target as Element).closest<HTMLElement>(".dlw-cell");
    const row = cell?.parentElement;
    if (!cell || !row) return null;
    return [Number(row.ariaRowIndex) - 1, Number(cell.ariaColIndex) - 1];
  }

  #listen(): void {
    const [bin, act] = [this.#bin, this.#act];
    const at = (type: string, then: (row: number, column: number) => void): void =>
      bin.listen(this.el, type, (event) => {
        const place = this.#at(event);
        if (place) then(...place);
      });
    at("pointerover", act.point);
    bin.listen(this.el, "pointerleave", () => act.leave());
    at("click", (row, column) => {
      if (this.#editing) return;
      this.go(row, column);
      act.pin(row, column);
    });
    at("dblclick", (row, column) => this.#edit(row, column, null));
    at("focusin", (row, column) => {
      if (this.#editing) return;
      this.go(row, column, false);
      act.point(row, column);
    });
    bin.listen<FocusEvent>(this.el, "focusout", (event) => {
      if (!this.el.contains(event.relatedTarget as Node | null)) act.leave();
    });
    bin.listen<KeyboardEvent>(this.el, "keydown", (event) => this.#key(event));
    bin.listen<ClipboardEvent>(this.el, "paste", (event) => this.#paste(event));
  }

  #key(event: KeyboardEvent): void {
    if (this.#editing || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = this.#here;
    const walk = WALK[event.key];
    const { columns } = this.#extent;
    if (walk) this.#step(row + walk[0], column + walk[1]);
    else if (event.key === "Home") this.#step(row, 0);
    else if (event.key === "End") this.#step(row, columns - 1);
    else if (event.key === "Enter" || event.key === " ") this.#act.pin(row, column);
    else if (event.key === "Escape") this.#act.unpin();
    else if (event.key === "F2") this.#edit(row, column, null);
    else if (TYPED.test(event.key)) this.#edit(row, column, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Walks; beyond the shown part, pointing brings the next one up before the focus goes there. */
  #step(row: number, column: number): void {
    const { rows, columns } = this.#extent;
    const [r, c] = [clamp(row, rows), clamp(column, columns)];
    if (this.#cell(r, c)) return this.go(r, c);
    this.#here = [r, c];
    this.#act.point(r, c);
    this.#bin.frame(() => this.go(r, c));
  }

  #edit(row: number, column: number, typed: string | null): void {
    const cell = this.#cell(row, column);
    const now = this.#act.exact?.(row, column) ?? null;
    if (!cell || now === null) return;
    const entry = h("input", { class: "dlw-cell-entry", type: "text", inputmode: "decimal" });
    // Single precision holds seven digits; what is left as it is, is not written back.
    const exact = typeof now === "string" ? now : String(Number(now.toPrecision(7)));
    this.#before = typed === null ? exact : null;
    entry.value = typed ?? this.#before!;
    entry.setAttribute("aria-label", cell.getAttribute("aria-label") ?? cell.textContent ?? "");
    this.#editing = entry;
    cell.append(entry);
    entry.focus();
    if (typed === null) entry.select();
    // It lives shorter than the view, so the disposer need not know it, only silence it.
    const key = this.#bin.guard((event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Enter") this.#commit(row, column, true);
      else if (event.key === "Escape") this.#end(row, column);
    });
    entry.addEventListener("keydown", key);
    entry.addEventListener("blur", this.#bin.guard(() => this.#commit(row, column, false)));
  }

  #commit(row: number, column: number, stay: boolean): void {
    const entry = this.#editing;
    if (!entry) return;
    const { edit, write } = this.#act;
    const text = entry.value.trim();
    const value = parse(text);
    if (stay && (write ? text === "" : value === null)) {
      mark(entry, "aria-invalid", "true");
      return this.#act.refuse(entry.value);
    }
    if (stay) this.#end(row, column);
    else this.#drop();
    if (text === "" || entry.value === this.#before) return;
    if (write) write(row, column, text);
    else if (value !== null) edit?.(row, column, value);
  }

  #end(row: number, column: number): void {
    this.#drop();
    this.go(row, column);
  }

  #drop(): void {
    const entry = this.#editing;
    // Removing it takes the focus away, which would come here again.
    this.#editing = null;
    entry?.remove();
  }

  #paste(event: ClipboardEvent): void {
    if (this.#editing || !this.#act.paste) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    event.preventDefault();
    event.stopPropagation();
    const values = block(text);
    if (values) this.#act.paste(...this.#here, values);
    else this.#act.refuse(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  }
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}

function dress(cell: HTMLElement, { text, heat = 0, tone, note, title }: Face): void {
  // An entry that is being typed into stands after the text.
  const first = cell.firstChild;
  if (first instanceof Text) {
    if (first.data !== text) first.data = text;
  } else if (first) cell.prepend(text);
  else say(cell, text);
  mark(cell, "data-tone", tone || undefined);
  mark(cell, "data-note", note || undefined);
  mark(cell, "title", title || undefined);
  mark(cell, "aria-label", title || undefined);
  const share = heat.toFixed(2);
  if (cell.dataset["heat"] !== share) {
    cell.dataset["heat"] = share;
    cell.style.setProperty("--heat", `${Math.round(Math.abs(heat) * 42)}%`);
    cell.style.setProperty(
      "--warm",
      heat < 0 ? "var(--dlw-series-2)" : "var(--dlw-series-1)",
    );
  }
}
