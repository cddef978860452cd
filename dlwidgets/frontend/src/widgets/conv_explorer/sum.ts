/** The line under the grids, and what a screen reader hears of it. */

import { h, mark } from "../../lib/dom.ts";
import { type Context, type Focus, focus, outChannel, type Part } from "./part.ts";
import { placeOf } from "./picture.ts";
import { number, ofInput, ofOutput, ofWeight, type Piece } from "./written.ts";

/** Longer lines are spoken with their middle left out. */
const SPOKEN = 160;

function pieces(context: Context, at: Focus): Piece[] {
  const { session: { channel, picture: now }, text } = context;
  if (at.at === "output" && context.session.hidden.cells.has(placeOf(now, at.cell))) {
    return [[`y[${at.cell.channel}, ${at.cell.row}, ${at.cell.column}]`, "name"], [" = ?"]];
  }
  if (at.at === "output") return ofOutput(now, at.cell, channel, text);
  if (at.at === "input") return ofInput(now, at.cell, outChannel(context), text);
  return ofWeight(now, at.tap, text);
}

/** The sum written out. */
export function sum(context: Context): Part {
  const { pointer, session, text } = context;
  const line = h("div", { class: "dlw-cv-sum" });
  const pinned = h("span", { class: "dlw-cv-pin", hidden: true }, text.pinnedMark);
  const el = h("section", { class: "dlw-cv-line", "aria-label": text.sum }, pinned, line);
  let known = "";
  return {
    el,
    update() {
      const at = focus(context);
      const secret = session.quiz.ends.join();
      const key = JSON.stringify([
        at,
        session.version,
        session.channel,
        outChannel(context),
        secret,
      ]);
      pinned.hidden = pointer.pin === null;
      if (key === known) return;
      known = key;
      const spans = pieces(context, at).map(([words, tone]) => {
        const span = h("span", {}, words);
        mark(span, "data-tone", tone);
        return span;
      });
      line.replaceChildren(...spans);
      line.scrollTop = 0;
    },
  };
}

/** The same in words: `output row 1 column 2: 4 = 1×1 + …`. */
export function spoken(context: Context): string {
  const { session: { picture: now }, text } = context;
  const at = focus(context);
  const line = pieces(context, at).map(([words]) => words).join("");
  if (at.at !== "output") return shortened(line);
  const { row, column } = at.cell;
  const place = placeOf(now, at.cell);
  if (context.session.hidden.cells.has(place)) return `${text.outputAt(row + 1, column + 1)}: ?`;
  const value = number(now.output[place]!);
  const sum = line.slice(line.indexOf(" = ") + 3);
  return `${text.outputAt(row + 1, column + 1)}: ${value} = ${shortened(sum)}`;
}

function shortened(line: string): string {
  if (line.length <= SPOKEN) return line;
  return `${line.slice(0, SPOKEN / 2)} … ${line.slice(-SPOKEN / 2)}`;
}

/** Speaks where the focus of the keyboard is, when it gets there. */
export function speech(context: Context, root: () => HTMLElement): Part {
  const { announcer, session } = context;
  let known = "";
  return {
    el: announcer.el,
    update() {
      const inside = root().querySelector(".dlw-grid :focus, .dlw-cv-scrub:focus") !== null;
      const now = inside ? JSON.stringify([focus(context), session.version]) : "";
      if (now === known || session.model.get("playing")) return;
      known = now;
      // Where inputs go to would tell how many outputs there are.
      if (inside && !session.hidden.size) announcer.tell(spoken(context));
    },
  };
}
