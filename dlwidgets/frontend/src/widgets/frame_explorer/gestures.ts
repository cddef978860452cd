/** What mouse and keyboard do in a ruled grid. */

import type { Disposer } from "../../lib/dispose.ts";
import { type Area, between, joined, type Place, type Sizes } from "./area.ts";

/** A grid as its gestures see it. */
export interface Touched {
  readonly el: HTMLElement;
  sizes(): Sizes;
  /** How many rows are seen at once. */
  page(): number;
  /** The place under a point of the screen, the nearest one beyond the edge; null for none. */
  under(x: number, y: number): Place | null;
  /** Scrolls to a place and puts the focus there. */
  go(place: Place): void;
  /** Scrolls by a step while a drag is held beyond the edge. */
  nudge(x: number, y: number): void;
  /** Shows a cell or label in full. */
  open(place: Place): void;
  /** Gives up on what is open. */
  close(): void;
  resize(column: number, by: number): void;
  /** The selection changed; `final` where the hand has let go. */
  select(area: Area, final: boolean): void;
}

/** Milliseconds between two steps of a drag that is held beyond the edge. */
const NUDGE = 60;

export class Gestures {
  readonly #bin: Disposer;
  readonly #grid: Touched;
  here: Place = [0, 0];
  #anchor: Place = [0, 0];
  /** What Ctrl has kept. */
  #kept: Area | null = null;
  #pointer: { x: number; y: number } | null = null;
  /** The column whose width is being dragged. */
  #grip: { column: number; x: number } | null = null;

  constructor(bin: Disposer, grid: Touched) {
    this.#bin = bin;
    this.#grid = grid;
    const { el } = grid;
    bin.listen<PointerEvent>(el, "pointerdown", (event) => this.#down(event));
    bin.listen<PointerEvent>(el, "pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) bin.listen(el, type, () => this.#up());
    bin.listen<MouseEvent>(el, "dblclick", (event) => {
      const place = placeOf(event);
      if (place) grid.open(place);
    });
    bin.listen<FocusEvent>(el, "focusin", (event) => {
      const place = placeOf(event);
      if (place) this.here = place;
    });
    bin.listen<KeyboardEvent>(el, "keydown", (event) => this.#key(event));
  }

  /** The selection that the hand makes just now. */
  get area(): Area {
    const area = between(this.#anchor, this.here, this.#grid.sizes());
    return this.#kept ? joined(this.#kept, area) : area;
  }

  #down(event: PointerEvent): void {
    const place = placeOf(event);
    if (!place || event.button !== 0) return;
    if (place[0] < 0 && place[1] >= 0 && onGrip(event)) {
      this.#grid.el.setPointerCapture(event.pointerId);
      this.#grip = { column: place[1], x: event.clientX };
      event.preventDefault();
      return;
    }
    // A finger scrolls; what it taps is selected all the same.
    if (event.pointerType !== "touch") {
      this.#grid.el.setPointerCapture(event.pointerId);
      this.#pointer = { x: event.clientX, y: event.clientY };
      this.#held();
    }
    event.preventDefault();
    this.#start(place, event);
    this.#grid.go(place);
    this.#grid.select(this.area, event.pointerType === "touch");
  }

  #start(place: Place, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void {
    if (event.shiftKey) {
      this.here = place;
      return;
    }
    this.#kept = event.ctrlKey || event.metaKey ? this.area : null;
    this.here = this.#anchor = place;
  }

  #move(event: PointerEvent): void {
    if (this.#grip) {
      this.#grid.resize(this.#grip.column, event.clientX - this.#grip.x);
      this.#grip = { ...this.#grip, x: event.clientX };
    }
    if (!this.#pointer) return;
    this.#pointer = { x: event.clientX, y: event.clientY };
    this.#follow();
  }

  #follow(): void {
    const { x, y } = this.#pointer!;
    const place = this.#grid.under(x, y);
    if (!place) return;
    // A drag that began on a ruler stays on it.
    const [row, column] = this.#anchor;
    const to: Place = [
      row < 0 ? -1 : Math.max(place[0], 0),
      column < 0 ? -1 : Math.max(place[1], 0),
    ];
    if (to[0] === this.here[0] && to[1] === this.here[1]) return;
    this.here = to;
    this.#grid.select(this.area, false);
  }

  /** While a drag is held beyond the edge the grid goes on scrolling. */
  #held(): void {
    this.#bin.timer(NUDGE, () => {
      if (!this.#pointer) return;
      this.#grid.nudge(this.#pointer.x, this.#pointer.y);
      this.#follow();
      this.#held();
    });
  }

  #up(): void {
    this.#grip = null;
    if (!this.#pointer) return;
    this.#pointer = null;
    this.#grid.select(this.area, true);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey) return this.#resize(event);
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter") this.#grid.open(this.here);
    else if (event.key === "Escape") this.#grid.close();
    else if (control && event.key.toLowerCase() === "a") {
      this.#kept = null;
      this.here = this.#anchor = [-1, -1];
      this.#grid.go(this.here);
      this.#grid.select(this.area, true);
    } else {
      const to = walked(this.here, event.key, control, this.#grid.sizes(), this.#grid.page());
      if (!to) return;
      this.here = to;
      if (!event.shiftKey) {
        this.#anchor = to;
        this.#kept = null;
      }
      this.#grid.go(to);
      this.#grid.select(this.area, false);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #resize(event: KeyboardEvent): void {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!by || this.here[1] < 0) return;
    this.#grid.resize(this.here[1], by);
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Where a key leads; the rulers stand before the first row and column. */
export function walked(
  [row, column]: Place,
  key: string,
  control: boolean,
  { columns, rows }: Sizes,
  page: number,
): Place | null {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  const inside = (r: number, c: number): Place => [
    Math.min(Math.max(r, -1), lastRow),
    Math.min(Math.max(c, -1), lastColumn),
  ];
  const first = Math.min(0, lastRow);
  switch (key) {
    case "ArrowUp":
      return inside(control ? first : row - 1, column);
    case "ArrowDown":
      return inside(control ? lastRow : row + 1, column);
    case "ArrowLeft":
      return inside(row, control ? Math.min(0, lastColumn) : column - 1);
    case "ArrowRight":
      return inside(row, control ? lastColumn : column + 1);
    case "PageUp":
      return inside(Math.max(row - page, first), column);
    case "PageDown":
      return inside(row + page, column);
    case "Home":
      return inside(control ? first : row, 0);
    case "End":
      return inside(control ? lastRow : row, lastColumn);
  }
  return null;
}

/** Whether an event is at the right edge of a head, which the style sheet marks. */
function onGrip(event: PointerEvent): boolean {
  const cell = (event.target as Element).closest("[data-place]")!;
  return event.clientX > cell.getBoundingClientRect().right - 6;
}

/** The place of the cell that an event happened in. */
export function placeOf(event: Event): Place | null {
  const cell = (event.target as Element).closest<HTMLElement>("[data-place]");
  if (!cell) return null;
  const [row, column] = cell.dataset["place"]!.split(" ").map(Number);
  return [row!, column!];
}
