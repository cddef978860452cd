/** A frame with two rulers on both axes, labels and positions; only what is seen is there. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Area, Place } from "./area.ts";
import { Even, scale, seen, toward, Uneven } from "./axis.ts";
import { Cells } from "./cells.ts";
import { type Drawn, faces, ROW, Rulers } from "./faces.ts";
import { Gestures } from "./gestures.ts";
import {
  type Answer,
  asker,
  type Context,
  type GridRow,
  type Part,
  type Window,
} from "./session.ts";
import { width } from "./texts.ts";

export interface Asked {
  /** The name of the frame, as Python holds it. */
  readonly grid: string;
  readonly label: string;
  /** Of the whole part, in pixels; it never changes. */
  readonly height: number;
  /** Told what is selected in it; without this nothing can be. */
  area?(area: Area, final: boolean): void;
}

export interface RuledPart extends Part {
  /** Scrolls to a cell; −1 stands for the rulers. */
  go(row: number, column: number): void;
}

/** Rows asked for beyond what is seen, in views; columns, by number. */
const MARGIN = { views: 1, columns: 6 };
const [NARROWEST, WIDEST, USUAL] = [44, 240, 84];

export function ruled(context: Context, asked: Asked): RuledPart {
  return new Ruled(context, asked);
}

class Ruled implements RuledPart {
  readonly el: HTMLElement;
  readonly #context: Context;
  readonly #asked: Asked;
  readonly #view = asker();
  readonly #pane = h("div", { class: "dlw-fe-pane" });
  readonly #spacer = h("div", { class: "dlw-fe-spacer" }, this.#pane);
  readonly #scroller = h("div", { class: "dlw-fe-scroll", tabindex: "-1" }, this.#spacer);
  readonly #detail = h("div", { class: "dlw-fe-detail", hidden: true, role: "status" });
  readonly #cells = new Cells(this.#pane);
  readonly #gestures: Gestures;
  #grid: GridRow | null = null;
  #window: Window | null = null;
  #rows = new Even(0, ROW);
  #columns = new Uneven(0, USUAL);
  #rulers = new Rulers(0, []);
  /** What is seen: the place of its corner in the line, and its size. */
  #top = 0;
  #left = 0;
  #high = 0;
  #wide = 0;
  #last = "";
  #focus = false;
  /** The selection that the hand makes, until Python has answered. */
  #area: Area | null = null;

  constructor(context: Context, asked: Asked) {
    const { bin, session } = context;
    this.#context = context;
    this.#asked = asked;
    this.el = h(
      "div",
      { class: "dlw-fe-ruled", style: `height: ${asked.height}px` },
      this.#scroller,
      this.#detail,
    );
    mark(this.#pane, "role", "grid");
    mark(this.#pane, "aria-label", asked.label);
    mark(this.#pane, "aria-multiselectable", asked.area ? "true" : undefined);
    this.#gestures = new Gestures(bin, {
      el: this.#pane,
      sizes: () => ({ rows: this.#rows.count, columns: this.#columns.count }),
      page: () => Math.max(1, Math.floor(this.#bodyHeight / ROW) - 1),
      under: (x, y) => this.#under(x, y),
      go: (place) => this.#walk(place),
      nudge: (x, y) => this.#nudge(x, y),
      open: (place) => this.#open(place),
      close: () => this.#close(),
      resize: (column, by) => this.#resize(column, this.#columns.size(column) + by),
      select: (area, final) => {
        if (!asked.area) return session.changed();
        this.#area = area;
        asked.area(area, final);
      },
    });
    bin.add(session.answers(this.#view, (answer) => this.#answer(answer)));
    bin.resized(this.#scroller, (wide, high) => {
      [this.#wide, this.#high] = [wide, high];
      this.draw();
    });
    bin.listen(this.#scroller, "scroll", () => this.#scrolled());
    bin.listen<WheelEvent>(this.#scroller, "wheel", (event) => this.#wheel(event), {
      passive: false,
    });
    bin.listen<FocusEvent>(this.#pane, "focusout", (event) => {
      this.#focus = this.#pane.contains(event.relatedTarget as Node | null);
    });
    bin.listen(this.#pane, "focusin", () => this.#focus = true);
  }

  get #bodyHeight(): number {
    return Math.max(0, this.#high - this.#rulers.height);
  }

  get #bodyWidth(): number {
    return Math.max(0, this.#wide - this.#rulers.width);
  }

  /** Brings the newest frame of this name to the page. */
  update(): void {
    const { model } = this.#context.session;
    const grid = model.get("_grids")[this.#asked.grid] ?? null;
    if (grid !== this.#grid) this.#take(grid);
    this.draw();
  }

  go(row: number, column: number): void {
    this.#gestures.here = [row, column];
    this.#reveal([row, column]);
    this.draw();
  }

  #take(grid: GridRow | null): void {
    const { session } = this.#context;
    const before = this.#grid;
    this.#grid = grid;
    if (!grid) {
      this.#rows = new Even(0, ROW);
      this.#columns = new Uneven(0, USUAL);
      this.#window = null;
      return;
    }
    const first = session.first(grid);
    const alike = before && shapeOf(before) === shapeOf(grid);
    if (!alike) {
      this.#rows = new Even(grid.rows.size, ROW);
      this.#columns = new Uneven(grid.columns.size, USUAL);
      this.#rulers = new Rulers(grid.rows.size, grid.rows.names);
      this.#rulers.heads = grid.columns.levels + (grid.series ? 1 : 2);
      this.#window = first;
      [this.#top, this.#left] = [0, 0];
      this.#scroller.scrollTo(0, 0);
      this.#gestures.here = [Math.min(0, grid.rows.size - 1), Math.min(0, grid.columns.size - 1)];
      this.#close();
    } else if (this.#inside(first)) this.#window = first;
    this.#measure(first);
  }

  /** Whether a window holds all that is seen. */
  #inside(window: Window): boolean {
    const [rows, columns] = this.#range();
    return covers(window.rows, rows) && covers(window.columns, columns);
  }

  #range(): [readonly [number, number], readonly [number, number]] {
    return [
      seen(this.#rows, this.#top, this.#bodyHeight),
      seen(this.#columns, this.#left, this.#bodyWidth),
    ];
  }

  /** Gives columns that are seen for the first time a width, and keeps what is seen in place. */
  #measure(window: Window): void {
    const anchor = this.#columns.at(this.#left);
    const into = this.#left - this.#columns.offset(anchor);
    window.column_labels.forEach((labels, at) => {
      const column = window.columns[0]! + at;
      if (this.#columns.knows(column)) return;
      const texts = [...labels, window.dtypes[at]!, ...window.texts.map((row) => row[at]!)];
      const widest = Math.max(...texts.map(width)) + 18;
      this.#columns.set(column, Math.min(Math.max(widest, NARROWEST), WIDEST));
    });
    this.#rulers.grow(window.row_labels);
    if (anchor >= 0) this.#left = this.#columns.offset(anchor) + into;
  }

  #resize(column: number, size: number): void {
    this.#columns.set(column, Math.min(Math.max(size, NARROWEST), 900));
    this.draw();
  }

  draw(): void {
    const grid = this.#grid;
    if (!grid || this.#wide === 0) return this.#cells.show([]);
    this.#rulers.limit(this.#wide);
    this.#settle();
    const { commands } = this.#context.session.link;
    if (!commands.pending("select")) this.#area = null;
    const [rows, columns] = this.#range();
    const window = this.#window;
    if (!window || window.version !== grid.version || !this.#inside(window)) {
      this.#ask(grid, rows, columns);
    }
    mark(this.#pane, "aria-rowcount", String(this.#rows.count + this.#rulers.heads));
    mark(this.#pane, "aria-colcount", String(this.#columns.count + this.#rulers.count));
    const drawn: Drawn = {
      ...{ grid, window, rows, columns, rulers: this.#rulers, text: this.#context.text },
      ...{ top: this.#top, left: this.#left, line: this.#columns, here: this.#gestures.here },
      area: this.#area,
    };
    this.#cells.show(faces(drawn));
    this.#keepFocus();
  }

  /** Fits the scrolled element to the lines, and what is seen into them. */
  #settle(): void {
    const wide = this.#columns.total + this.#rulers.width;
    const high = this.#rows.total + this.#rulers.height;
    this.#top = Math.max(0, Math.min(this.#top, high - this.#high));
    this.#left = Math.max(0, Math.min(this.#left, wide - this.#wide));
    const [vertical, horizontal] = [scale(high, this.#high), scale(wide, this.#wide)];
    const { style } = this.#spacer;
    const [length, breadth] = [`${vertical.length}px`, `${horizontal.length}px`];
    if (style.height !== length) style.height = length;
    if (style.width !== breadth) style.width = breadth;
    this.#pane.style.height = `${this.#high}px`;
    this.#pane.style.width = `${this.#wide}px`;
    const [top, left] = [this.#top / vertical.factor, this.#left / horizontal.factor];
    if (Math.abs(this.#scroller.scrollTop - top) >= 1) this.#scroller.scrollTop = top;
    if (Math.abs(this.#scroller.scrollLeft - left) >= 1) this.#scroller.scrollLeft = left;
  }

  /** Follows the bars, unless they stand where they were put. */
  #scrolled(): void {
    const { scrollLeft, scrollTop } = this.#scroller;
    const vertical = scale(this.#rows.total + this.#rulers.height, this.#high);
    const horizontal = scale(this.#columns.total + this.#rulers.width, this.#wide);
    const [top, left] = [scrollTop * vertical.factor, scrollLeft * horizontal.factor];
    if (Math.abs(top - this.#top) >= vertical.factor) this.#top = top;
    if (Math.abs(left - this.#left) >= horizontal.factor) this.#left = left;
    this.draw();
  }

  /** A wheel moves by what it says also where a pixel of the bar stands for many rows. */
  #wheel(event: WheelEvent): void {
    const { factor } = scale(this.#rows.total + this.#rulers.height, this.#high);
    if (factor === 1 || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? ROW : event.deltaMode === 2 ? this.#bodyHeight : 1;
    this.#top += event.deltaY * unit;
    this.#left += event.deltaX * unit;
    this.draw();
  }

  #ask(grid: GridRow, rows: readonly [number, number], columns: readonly [number, number]): void {
    const many = Math.max(10, rows[1] - rows[0]) * MARGIN.views;
    const wanted = {
      grid: this.#asked.grid,
      rows: [Math.max(0, rows[0] - many), rows[1] + many],
      columns: [Math.max(0, columns[0] - MARGIN.columns), columns[1] + MARGIN.columns],
    };
    const key = JSON.stringify([wanted, grid.version]);
    const { session } = this.#context;
    // The answer to what is on the way is looked at before anything is asked again.
    if (key === this.#last && session.link.commands.pending(`look ${this.#view}`)) return;
    this.#last = key;
    session.ask(this.#view, "look", wanted);
  }

  #answer(answer: Answer): void {
    if (answer.kind === "window" && answer.grid === this.#asked.grid) {
      if (answer.version !== this.#grid?.version) return;
      this.#window = answer.window;
      this.#measure(answer.window);
      this.#context.session.changed();
    } else if (answer.kind === "full") {
      this.#detail.hidden = false;
      this.#detail.replaceChildren(h("b", {}, this.#name(answer)), h("pre", { dir: "auto" }, ""));
      say(this.#detail.lastElementChild!, answer.text);
    }
  }

  #name({ column, row }: { column: number; row: number }): string {
    return this.#context.text.place(row, column);
  }

  #open(place: Place): void {
    if (place[0] < 0 && place[1] < 0) return;
    const { session } = this.#context;
    session.ask(this.#view, "full", { grid: this.#asked.grid, row: place[0], column: place[1] });
  }

  #close(): void {
    this.#detail.hidden = true;
  }

  #walk(place: Place): void {
    this.#gestures.here = place;
    this.#focus = true;
    this.#reveal(place);
    this.draw();
  }

  #reveal([row, column]: Place): void {
    this.#rulers.limit(this.#wide);
    if (row >= 0) this.#top = toward(this.#rows, row, this.#top, this.#bodyHeight);
    if (column >= 0) this.#left = toward(this.#columns, column, this.#left, this.#bodyWidth);
  }

  /** The element that has the focus may have come to stand for another cell. */
  #keepFocus(): void {
    const cell = this.#cells.find(this.#gestures.here.join(" "));
    mark(this.#pane, "tabindex", cell ? undefined : "0");
    if (!this.#focus) return;
    const target = cell ?? this.#pane;
    if (target.ownerDocument.activeElement !== target) target.focus({ preventScroll: true });
  }

  #under(x: number, y: number): Place | null {
    const box = this.#pane.getBoundingClientRect();
    const [right, down] = [x - box.left, y - box.top];
    const inside = (at: number, most: number): number => Math.min(Math.max(at, 0), most - 1);
    const row = this.#rows.at(inside(down - this.#rulers.height, this.#bodyHeight) + this.#top);
    const column = this.#columns.at(
      inside(right - this.#rulers.width, this.#bodyWidth) + this.#left,
    );
    return [row, column];
  }

  #nudge(x: number, y: number): void {
    const box = this.#pane.getBoundingClientRect();
    if (y > box.bottom) this.#top += ROW * 2;
    if (y < box.top + this.#rulers.height) this.#top -= ROW * 2;
    if (x > box.right) this.#left += 40;
    if (x < box.left + this.#rulers.width) this.#left -= 40;
    this.draw();
  }
}

function shapeOf({ columns, name, rows, series }: GridRow): string {
  return JSON.stringify([rows, columns, name, series]);
}

function covers(have: readonly number[], want: readonly [number, number]): boolean {
  return want[0] >= want[1] || (have[0]! <= want[0] && want[1] <= have[1]!);
}
