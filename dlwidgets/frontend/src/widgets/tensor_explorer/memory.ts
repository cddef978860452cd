/** The numbers of a step beside the memory that they lie in. */

import { h, mark, say } from "../../lib/dom.ts";
import { exactAt, type Numbers, Sheet, tuple } from "../../lib/sheet.ts";
import { extent, indexOf, type Seen, slices } from "../../lib/slices.ts";
import { addressOf, reads, written } from "./layout.ts";
import { type Context, letter, type Part } from "./session.ts";
import { gestures, named, spot } from "./touch.ts";

/** Of tensors up to this many numbers, unread cells of memory are told apart. */
const FOLLOWED = 4096;
/** Cells of memory in a row: where there is room, and where there is little. */
const [WIDE, NARROW] = [16, 8];

export function memory(context: Context): Part {
  const parts = [grid(context), strip(context)];
  const line = h("p", { class: "dlw-te-sum" });
  return {
    el: h(
      "div",
      { class: "dlw-te-memory" },
      h("div", { class: "dlw-te-both" }, ...parts.map((part) => part.el)),
      line,
    ),
    update() {
      for (const part of parts) part.update();
      mark(line, "data-quiet", !spot(context, "view", "strip"));
      say(line, told(context));
    },
  };
}

function name({ session }: Context): string {
  return `x${session.model.get("_chosen")}`;
}

function grid(context: Context): Part {
  const { bin, session, text } = context;
  const seen = (): Numbers => session.model.get("_numbers");
  const look = (at: number[]): void => session.look("look", at);
  const sheet = new Sheet(bin, text.tabs.memory, {
    ...gestures(context, "view", seen, look, () => told(context)),
    exact: (row, column) => session.model.get("_facts").mine ? exactAt(seen(), row, column) : null,
    write: (row, column, typed) =>
      session.send("write", { index: indexOf(seen(), row, column), text: typed }),
  });
  const bar = slices(bin, text, seen, look);
  sheet.el.append(bar.el);
  return {
    el: sheet.el,
    update() {
      const { step } = session;
      if (!step) return;
      const numbers = seen();
      const chosen = lit(context);
      sheet.grid.el.setAttribute("aria-label", text.values(name(context)));
      sheet.head(name(context), text.whole(tuple(numbers.shape), numbers.dtype));
      sheet.show(numbers, text.empty, (row, column) => {
        const index = indexOf(numbers, row, column);
        const address = addressOf(step, index);
        return {
          tone: chosen === address ? "lit" : "",
          title: `${named(name(context), index)} = ${exactAt(numbers, row, column)} @ ${address}`,
        };
      });
      bar.update();
    },
  };
}

/** The cell of memory that is pointed at, or read by the number that is; null if none. */
function lit(context: Context): number | null {
  const { session } = context;
  const found = spot(context, "view", "strip");
  if (!found || !session.step) return null;
  if (found.at === "strip") return found.column;
  return addressOf(session.step, indexOf(session.model.get("_numbers"), found.row, found.column));
}

function told(context: Context): string {
  const { session, text } = context;
  const found = spot(context, "view", "strip");
  const { step } = session;
  if (!found || !step) return text.strides;
  const view = session.model.get("_numbers");
  if (found.at === "view") {
    const index = indexOf(view, found.row, found.column);
    return text.address(named(name(context), index), written(step, index));
  }
  const cells: string[] = [];
  const { top, left, height, width } = extent(view);
  for (let r = top; r < top + height; r++) {
    for (let c = left; c < left + width; c++) {
      const index = indexOf(view, r, c);
      if (addressOf(step, index) === found.column) cells.push(named(name(context), index));
    }
  }
  const address = String(found.column);
  if (cells.length === 0) return text.unread(address);
  const shown = cells.slice(0, 6).join(", ");
  return text.read(address, cells.length > 6 ? `${shown}, ${text.more}` : shown);
}

function strip(context: Context): Part {
  const { bin, pointer, session, text } = context;
  let across = WIDE;
  const seen = (): Seen => {
    const { start, total, text: cells } = session.model.get("_strip");
    return { shape: [total], at: [start], rows: 1, columns: cells.length };
  };
  const look = (at: number[]): void => session.look("strip", at[0]);
  // The grid breaks the strip into rows; its cells are pointed at by their address.
  const flat = (row: number, column: number): number =>
    session.model.get("_strip").start + row * across + column;
  const touch = gestures(context, "strip", seen, look, () => told(context));
  const sheet = new Sheet(bin, text.strip(""), {
    ...touch,
    point: (row, column) => {
      if (flat(row, column) < session.model.get("_strip").total) {
        pointer.hover = { at: "strip", row: 0, column: flat(row, column) };
      }
      session.changed();
    },
    pin: (row, column) => touch.pin(0, flat(row, column)),
  });
  const bar = slices(bin, { ...text, ...text.cells }, seen, look);
  sheet.el.append(bar.el);
  sheet.el.classList.add("dlw-te-strip");
  bin.resized(sheet.el, (width) => {
    const next = width > 43 * WIDE ? WIDE : NARROW;
    if (next !== across) session.changed();
    across = next;
  });
  return {
    el: sheet.el,
    update() {
      const { step } = session;
      if (!step) return;
      const { start, total, text: cells, exact } = session.model.get("_strip");
      const wide = Math.min(across, cells.length);
      const rows = wide ? Math.ceil(cells.length / wide) : 0;
      const called = text.strip(letter(step.memory));
      sheet.grid.el.setAttribute("aria-label", called);
      sheet.head(called, text.stripSize(String(total)));
      const [chosen, read] = [lit(context), reads(step, FOLLOWED)];
      const whole = { shape: [rows, wide], at: [0, 0], rows, columns: wide };
      sheet.show({ ...whole, dtype: "", text: cells, exact }, text.empty, (row, column) => {
        const place = row * wide + column;
        if (place >= cells.length) return { tone: "off", title: "" };
        const address = start + place;
        const tones = [address === chosen && "lit", read && !read.has(address) && "ghost"];
        return {
          tone: tones.filter(Boolean).join(" "),
          title: `${address}: ${exact[place]}`,
          note: String(address),
        };
      });
      bar.update();
      follow(chosen);
    },
  };

  /** Brings the cell that a number lies in onto the page. */
  function follow(chosen: number | null): void {
    const { start, text: cells } = session.model.get("_strip");
    if (chosen === null || session.link.gone || session.link.commands.pending("strip")) return;
    if (chosen < start || chosen >= start + cells.length) {
      session.look("strip", Math.max(0, chosen - Math.floor(cells.length / 2)));
    }
  }
}
