/** What the pointer and the keyboard do in every grid. */

import type { Gestures } from "../../lib/grid.ts";
import { type Seen, toward } from "../../lib/slices.ts";
import type { Context, Spot } from "./session.ts";

/** The gestures of a grid; `seen` is what it shows, `look` shows another part. */
export function gestures(
  { announcer, pointer, session }: Context,
  at: Spot["at"],
  seen: () => Seen,
  look: (at: number[]) => void,
  tell: () => string,
): Gestures {
  return {
    point(row, column) {
      pointer.hover = { at, row, column };
      const now = seen();
      const to = toward(now, row, column);
      if (to.some((start, axis) => start !== now.at[axis])) look(to);
      session.changed();
    },
    leave() {
      pointer.hover = null;
      session.changed();
    },
    pin(row, column) {
      const { pin } = pointer;
      const same = pin?.at === at && pin.row === row && pin.column === column;
      pointer.pin = same ? null : { at, row, column };
      if (!same) announcer.tell(tell());
      session.changed();
    },
    unpin() {
      pointer.pin = null;
      session.changed();
    },
    refuse: () => {},
  };
}

/** What is pointed at, or else kept, among some grids. */
export function spot({ pointer }: Context, ...grids: Spot["at"][]): Spot | null {
  for (const found of [pointer.hover, pointer.pin]) {
    if (found && grids.includes(found.at)) return found;
  }
  return null;
}

/** How Python names a cell: x1[0, 2]. */
export function named(name: string, index: readonly number[]): string {
  return index.length ? `${name}[${index.join(", ")}]` : name;
}
