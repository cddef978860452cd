/** A frame with two rulers on both axes, labels and positions; only what is seen is there. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Area, Place } from "./area.ts";
import { Even, Uneven } from "./axis.ts";
import { Cells } from "./cells.ts";
import { faces, ROW, Rulers } from "./faces.ts";
import { Gestures } from "./gestures.ts";
import { Scroller } from "./scroller.ts";
import {
  type Answer,
  asker,
  type Context,
  type GridRow,
  type Part,
  type Window,
} from "./session.ts";
import { type Measure, measureIn, visible } from "./texts.ts";

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
const [NARROWEST, WIDEST, USUAL, ENDLESS] = [44, 240, 84, 900];

export function ruled(context: Context, asked: Asked): RuledPart {
  return new Ruled(context, asked);
}

class Ruled implements RuledPart {
  readonly el: HTMLElement;
  readonly #context: Context;
  readonly #asked: Asked;
  readonly #view = asker();
  readonly #scroll: Scroller;
  readonly #detail = h("div", { class: "dlw-fe-detail", hidden: true, role: "status" });
  readonly #empty = h("p", { class: "dlw-fe-empty" });
  readonly #cells: Cells;
  readonly #gestures: Gestures;
  #grid: GridRow | null = null;
  #window: Window | null = null;
  #rows = new Even(0, ROW);
  #columns = new Uneven(0, USUAL);
  #rulers = new Rulers(0, [], () => 0);
  #measured: Measure | null = null;
  #last = "";
  #focus = false;
  /** Where the hand has gone: columns that turn out wider must not push it out of sight. */
  #going: Place | null = null;
  /** The selection that the hand makes, until Python has answered. */
  #area: Area | null = null;

  constructor(context: Context, asked: Asked) {
    const { bin, session } = context;
    this.#context = context;
    this.#asked = asked;
    this.#scroll = new Scroller(bin, {
      rows: () => this.#rows,
      columns: () => this.#columns,
      head: () => this.#rulers,
      moved: () => {
        this.#going = null;
        this.#draw();
      },
      resized: () => this.update(),
    });
    const { pane } = this.#scroll;
    this.#cells = new Cells(pane);
    this.el = h(
      "div",
      { class: "dlw-fe-ruled", style: `height: ${asked.height}px` },
      this.#scroll.el,
      this.#empty,
      this.#detail,
    );
    mark(pane, "role", "grid");
    mark(pane, "aria-label", asked.label);
    mark(pane, "aria-multiselectable", asked.area ? "true" : undefined);
    this.#gestures = this.#touched(pane);
    bin.add(session.answers(this.#view, (answer) => this.#answer(answer)));
    bin.listen<FocusEvent>(pane, "focusout", (event) => {
      this.#focus = pane.contains(event.relatedTarget as Node | null);
    });
    bin.listen(pane, "focusin", () => this.#focus = true);
  }

  #touched(pane: HTMLElement): Gestures {
    const { bin, session } = this.#context;
    return new Gestures(bin, {
      el: pane,
      sizes: () => ({ rows: this.#rows.count, columns: this.#columns.count }),
      page: () => Math.max(1, Math.floor(this.#scroll.bodyHeight / ROW) - 1),
      under: (x, y) => this.#scroll.under(x, y),
      go: (place) => {
        this.#focus = true;
        this.go(...place);
      },
      nudge: (x, y) => {
        this.#going = null;
        this.#scroll.nudge(x, y);
        this.#draw();
      },
      open: (place) => this.#open(place),
      close: () => this.#detail.hidden = true,
      resize: (column, by) => {
        const size = this.#columns.size(column) + by;
        this.#columns.set(column, Math.min(Math.max(size, NARROWEST), ENDLESS));
        this.#draw();
      },
      select: (area, final) => {
        if (!this.#asked.area) return session.changed();
        this.#area = area;
        this.#asked.area(area, final);
      },
    });
  }

  /** Brings the newest frame of this name to the page. */
  update(): void {
    if (!this.#scroll.ready) return;
    const { model } = this.#context.session;
    const grid = model.get("_grids")[this.#asked.grid] ?? null;
    if (grid !== this.#grid) this.#take(grid);
    this.#draw();
  }

  go(row: number, column: number): void {
    this.#gestures.here = this.#going = [row, column];
    this.#scroll.reveal(row, column);
    this.#draw();
  }

  #take(grid: GridRow | null): void {
    const before = this.#grid;
    this.#grid = grid;
    const first = grid ? this.#context.session.first(grid) : null;
    if (!grid || !first || !before || shapeOf(before) !== shapeOf(grid)) this.#begin(grid, first);
    else if (this.#inside(first)) this.#window = first;
    if (first) this.#measure(first);
    const [rows, columns] = [this.#rows.count, this.#columns.count];
    this.#empty.hidden = !grid || (rows > 0 && columns > 0);
    say(this.#empty, this.#context.text.empty(rows, columns));
  }

  /** Another frame: what was known of the last one is of no use. */
  #begin(grid: GridRow | null, first: Window | null): void {
    this.#measured ??= measureIn(this.el);
    const [rows, columns] = [grid?.rows.size ?? 0, grid?.columns.size ?? 0];
    this.#rows = new Even(rows, ROW);
    this.#columns = new Uneven(columns, USUAL);
    this.#rulers = new Rulers(rows, grid?.rows.names ?? [], this.#measured);
    this.#rulers.heads = grid ? grid.columns.levels + (grid.series ? 1 : 2) : 0;
    this.#window = first;
    [this.#scroll.top, this.#scroll.left] = [0, 0];
    this.#going = null;
    this.#gestures.here = [Math.min(0, rows - 1), Math.min(0, columns - 1)];
    this.#detail.hidden = true;
  }

  /** Whether a window holds all that is seen. */
  #inside(window: Window): boolean {
    const [rows, columns] = this.#scroll.range();
    return covers(window.rows, rows) && covers(window.columns, columns);
  }

  /** Gives columns that are seen for the first time a width, and keeps what is seen in place. */
  #measure(window: Window): void {
    const width = this.#measured!;
    const anchor = this.#columns.at(this.#scroll.left);
    const into = this.#scroll.left - this.#columns.offset(anchor);
    window.column_labels.forEach((labels, at) => {
      const column = window.columns[0]! + at;
      if (this.#columns.knows(column)) return;
      const texts = [window.dtypes[at]!, ...window.texts.map((row) => row[at]!)];
      const signs = window.missing.some((row) => row[at]) ? 14 : 0;
      const widest = 19 + Math.max(
        ...labels.map((label) => width(label, true)),
        ...texts.map((one) => width(one) + signs),
      );
      this.#columns.set(column, Math.min(Math.max(widest, NARROWEST), WIDEST));
    });
    this.#rulers.grow(window.row_labels);
    if (anchor >= 0) this.#scroll.left = this.#columns.offset(anchor) + into;
    this.#rulers.limit(this.#scroll.wide);
    if (this.#going) this.#scroll.reveal(...this.#going);
  }

  #draw(): void {
    const { session, text } = this.#context;
    const grid = this.#grid;
    if (!grid || !this.#scroll.ready) return this.#cells.show([]);
    this.#rulers.limit(this.#scroll.wide);
    this.#scroll.settle();
    if (!session.link.commands.pending("select")) this.#area = null;
    const [rows, columns] = this.#scroll.range();
    const window = this.#window;
    if (!window || window.version !== grid.version || !this.#inside(window)) {
      this.#ask(grid, rows, columns);
    }
    const { pane, left, top } = this.#scroll;
    mark(pane, "aria-rowcount", String(this.#rows.count + this.#rulers.heads));
    mark(pane, "aria-colcount", String(this.#columns.count + this.#rulers.count));
    this.#cells.show(faces({
      ...{ grid, window, rows, columns, rulers: this.#rulers, text, top, left },
      ...{ line: this.#columns, here: this.#gestures.here, area: this.#area },
    }));
    this.#keepFocus();
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
    // The answer to what is on the way is looked at before the same is asked again.
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
    } else if (answer.kind === "full") this.#tell(answer.row, answer.column, answer.text);
  }

  /** Shows a cell in full, line breaks and all. */
  #tell(row: number, column: number, full: string): void {
    const { bin, text } = this.#context;
    const close = h("button", { type: "button", class: "dlw-button" }, text.close);
    // It lives shorter than the view, so the disposer need not know it, only silence it.
    close.addEventListener("click", bin.guard(() => this.#detail.hidden = true));
    const body = h("pre", { dir: "auto" });
    say(body, full.split("\n").map(visible).join("\n"));
    this.#detail.replaceChildren(close, h("b", {}, text.place(row, column)), body);
    this.#detail.hidden = false;
  }

  #open([row, column]: Place): void {
    if (row < 0 && column < 0) return;
    this.#context.session.ask(this.#view, "full", { grid: this.#asked.grid, row, column });
  }

  /** The element that has the focus may have come to stand for another cell. */
  #keepFocus(): void {
    const { pane } = this.#scroll;
    const cell = this.#cells.find(this.#gestures.here.join(" "));
    mark(pane, "tabindex", cell ? undefined : "0");
    if (!this.#focus) return;
    const target = cell ?? pane;
    if (target.ownerDocument.activeElement !== target) target.focus({ preventScroll: true });
  }
}

function shapeOf({ columns, name, rows, series }: GridRow): string {
  return JSON.stringify([rows, columns, name, series]);
}

function covers(have: readonly number[], want: readonly [number, number]): boolean {
  return want[0] >= want[1] || (have[0]! <= want[0] && want[1] <= have[1]!);
}
