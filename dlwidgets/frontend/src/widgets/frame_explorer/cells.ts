/** Draws the visible part of a ruled grid: rows of cells that stand where they are told to. */

import { h, mark, say } from "../../lib/dom.ts";

/** How a cell looks. */
export interface Face {
  readonly text: string;
  readonly left: number;
  readonly width: number;
  /** What the style sheet knows: lit, area, added, changed, removed, missing, right, position, dtype, wait. */
  readonly tone: string;
  readonly role: "gridcell" | "rowheader" | "columnheader";
  /** Its number among the columns of the whole grid, rulers counted, from 1. */
  readonly index: number;
  /** Its place, by which a gesture finds it: row and column, −1 in the rulers. */
  readonly place: string;
  readonly label?: string;
  /** Whether it can have the focus, and whether Tab leads to it. */
  readonly focusable?: boolean;
  readonly here?: boolean;
  readonly selected?: boolean;
}

export interface RowFace {
  readonly top: number;
  readonly height: number;
  /** Its number among the rows of the whole grid, from 1. */
  readonly index: number;
  readonly head: boolean;
  readonly cells: readonly Face[];
}

interface Row {
  readonly el: HTMLElement;
  readonly cells: HTMLElement[];
}

/** Keeps the elements of the rows, and changes in them only what differs. */
export class Cells {
  readonly el: HTMLElement;
  readonly #rows: Row[] = [];

  constructor(el: HTMLElement) {
    this.el = el;
  }

  show(rows: readonly RowFace[]): void {
    while (this.#rows.length > rows.length) this.#rows.pop()!.el.remove();
    while (this.#rows.length < rows.length) {
      const el = h("div", { class: "dlw-fe-row", role: "row" });
      this.#rows.push({ el, cells: [] });
      this.el.append(el);
    }
    rows.forEach((face, at) => this.#row(this.#rows[at]!, face));
  }

  /** The element of a place that is drawn. */
  find(place: string): HTMLElement | null {
    for (const { cells } of this.#rows) {
      for (const cell of cells) {
        if (cell.dataset["place"] === place && cell.hasAttribute("tabindex")) return cell;
      }
    }
    return null;
  }

  #row({ el, cells }: Row, { cells: faces, head, height, index, top }: RowFace): void {
    mark(el, "aria-rowindex", String(index));
    mark(el, "data-head", head);
    style(el, "top", top);
    style(el, "height", height);
    while (cells.length > faces.length) cells.pop()!.remove();
    while (cells.length < faces.length) {
      const cell = h("div", { class: "dlw-fe-cell", dir: "auto" });
      cells.push(cell);
      el.append(cell);
    }
    faces.forEach((face, at) => dress(cells[at]!, face));
  }
}

function dress(cell: HTMLElement, face: Face): void {
  const { focusable, here, index, label, left, place, role, selected, text, tone, width } = face;
  say(cell, text);
  mark(cell, "role", role);
  mark(cell, "data-tone", tone || undefined);
  mark(cell, "data-place", place || undefined);
  mark(cell, "aria-colindex", String(index));
  mark(cell, "aria-label", label);
  mark(cell, "title", label ?? (text || undefined));
  mark(cell, "aria-selected", selected === undefined ? undefined : String(selected));
  mark(cell, "tabindex", here ? "0" : focusable ? "-1" : undefined);
  style(cell, "left", left);
  style(cell, "width", width);
}

function style(el: HTMLElement, name: "left" | "top" | "width" | "height", pixels: number): void {
  const value = `${pixels}px`;
  if (el.style[name] !== value) el.style[name] = value;
}
