/** What the parts of the explorer have in common. */

import type { Scene } from "../../lib/view.ts";
import type { Cell, Tap } from "./arithmetic/mod.ts";
import { cellAt, placeOf } from "./picture.ts";
import type { Session } from "./session.ts";
import type { Traits } from "./traits.ts";
import type { words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Words = (typeof words)["en"];

/** A cell of the output, a cell of the input, or a weight, with everything that belongs to it. */
export type Focus =
  | { readonly at: "output"; readonly cell: Cell }
  | { readonly at: "input"; readonly cell: Cell }
  | { readonly at: "weight"; readonly tap: Tap };

/** What this view points at. */
export interface Pointer {
  hover: Focus | null;
  pin: Focus | null;
}

/** Everything that a part is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  readonly pointer: Pointer;
}

/** What is shown: what the pointer is on, else what is pinned, else where the window stands. */
export function focus({ pointer, session }: Context): Focus {
  const found = pointer.hover ?? pointer.pin;
  if (found && within(found, session)) return found;
  return { at: "output", cell: cellAt(session.picture, session.position) };
}

/** The output channel that is shown. */
export function outChannel(context: Context): number {
  const { session } = context;
  return cellAt(session.picture, session.position).channel;
}

/** A setting may have shrunk under the pointer. */
function within(at: Focus, { picture }: Session): boolean {
  const { setting: s, size, outputs } = picture;
  if (at.at === "weight") {
    const { tap } = at;
    return tap.row < s.kernel_size[0] && tap.column < s.kernel_size[1] && tap.out < outputs &&
      tap.in < s.in_channels;
  }
  const [height, width] = at.at === "output" ? size : s.size;
  const channels = at.at === "output" ? outputs : s.in_channels;
  return at.cell.channel < channels && at.cell.row < height && at.cell.column < width;
}

/** Pins what is pointed at, or lets go of it if it was pinned; an output moves the window. */
export function pin(context: Context, at: Focus): void {
  const { pointer, session } = context;
  pointer.pin = JSON.stringify(pointer.pin) === JSON.stringify(at) ? null : at;
  if (at.at === "output") {
    session.put("position", placeOf(session.picture, at.cell));
  }
  session.changed();
}

/** The row of the output and the column of the input, flattened, that are pointed at. */
export function placeOfFocus(context: Context): { row: number | null; column: number | null } {
  const { picture: now } = context.session;
  const at = focus(context);
  if (at.at === "output") return { row: placeOf(now, at.cell), column: null };
  if (at.at === "weight") return { row: null, column: null };
  const [height, width] = now.setting.size;
  return { row: null, column: (at.cell.channel * height + at.cell.row) * width + at.cell.column };
}
