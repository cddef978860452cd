/** The grids as things to touch: what pointing, pinning, typing and pasting do in each. */

import { type Cell, pools, weightIndex } from "./arithmetic/mod.ts";
import { Box } from "./box.ts";
import { changeInput, changeWeight, pasteInput, pasteWeight } from "./edits.ts";
import type { Gestures } from "../../lib/grid.ts";
import { tapPlace } from "./lit.ts";
import { type Context, type Focus, outChannel, pin } from "./part.ts";
import { running } from "./quiz.ts";

/** What every grid does with the pointer and the keyboard. */
function gestures(
  context: Context,
  find: (row: number, column: number) => Focus | null,
): Gestures {
  const { announcer, pointer, session, text } = context;
  return {
    point(row, column) {
      pointer.hover = find(row, column);
      session.changed();
    },
    leave() {
      pointer.hover = null;
      session.changed();
    },
    pin(row, column) {
      const found = find(row, column);
      if (!found) return;
      pin(context, found);
      announcer.tell(pointer.pin ? text.pinned : text.unpinned);
    },
    unpin() {
      pointer.pin = null;
      announcer.tell(text.unpinned);
      session.changed();
    },
    refuse: (what) => announcer.tell(text.notNumber(what)),
  };
}

/** The input cell that stands at a place of the grid; none in the ring or between. */
export function inputAt({ picture }: Context["session"], channel: number) {
  return (row: number, column: number): Cell | null => {
    const [r, c] = [picture.lines[0].source[row]!, picture.lines[1].source[column]!];
    return r < 0 || c < 0 ? null : { channel, row: r, column: c };
  };
}

export function inputBox(context: Context): Box {
  const { bin, session, text } = context;
  const cell = (row: number, column: number): Cell | null =>
    inputAt(session, session.channel)(row, column);
  const find = (row: number, column: number): Focus | null => {
    const found = cell(row, column);
    return found && { at: "input", cell: found };
  };
  const act: Gestures = {
    ...gestures(context, find),
    exact: (row, column) => {
      if (running(session.quiz)) return null;
      const [found, { input, setting: { size } }] = [cell(row, column), session.picture];
      return found && input[(found.channel * size[0] + found.row) * size[1] + found.column]!;
    },
    edit: (row, column, value) => changeInput(context, cell(row, column)!, value),
    paste: (row, column, values) => pasteInput(context, cell(row, column), values),
  };
  return new Box(bin, text.input, act, () => session.changed());
}

export function kernelBox(context: Context): Box {
  const { bin, session, text } = context;
  const tap = (row: number, column: number) => {
    const [r, c] = tapPlace(session.picture, row, column);
    return { out: outChannel(context), in: session.channel, row: r, column: c };
  };
  const act: Gestures = {
    ...gestures(context, (row, column) => ({ at: "weight", tap: tap(row, column) })),
    exact: (row, column) => {
      if (running(session.quiz)) return null;
      const { setting, weight } = session.picture;
      // A kernel that does not see the shown channel has no weight there.
      return pools(setting.kind) ? null : weight[weightIndex(setting, tap(row, column))] ?? null;
    },
    edit: (row, column, value) => changeWeight(context, tap(row, column), value),
    paste: (row, column, values) => pasteWeight(context, tap(row, column), values),
  };
  return new Box(bin, text.kernel, act, () => session.changed());
}

export function outputBox(context: Context, label: string): Box {
  const { bin, session } = context;
  const find = (row: number, column: number): Focus => ({
    at: "output",
    cell: { channel: outChannel(context), row, column },
  });
  return new Box(bin, label, gestures(context, find), () => session.changed());
}
