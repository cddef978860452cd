/** The other view of a transposed convolution: every input cell lays the kernel on the output. */

import { h, say } from "../../lib/dom.ts";
import { AXES, landed, overlaps, scattered, scatterSteps, type Setting } from "./arithmetic/mod.ts";
import { Box } from "./box.ts";
import type { Gestures } from "../../lib/grid.ts";
import { type Context, outChannel, type Part, pin } from "./part.ts";
import { number } from "./written.ts";

/** Input, what has been laid down so far, and how many kernels overlap where. */
export function transposed(context: Context): Part {
  const { session, text } = context;
  const boxes = [text.input, text.laid, text.overlap].map((label, order) =>
    new Box(context.bin, label, gestures(context, order === 0), () => session.changed())
  ) as [Box, Box, Box];
  const note = h("p", { class: "dlw-cv-soft" });
  const row = h("div", { class: "dlw-cv-scatter" }, ...boxes.map(({ el }) => el));
  return {
    el: h("div", { class: "dlw-cv-views" }, row, note),
    update: () => draw(context, boxes, note),
  };
}

/** How far the scattering has come when the window of the other view stands at `position`. */
export function stepAt({ session }: Context): number {
  const { setting: s, size } = session.picture;
  const [cells, outputs] = [s.size[0] * s.size[1], size[0] * size[1]];
  const place = session.position % outputs;
  // Both views begin and end together on the one timeline.
  return outputs < 2 ? cells - 1 : Math.floor((place * (cells - 1)) / (outputs - 1));
}

function gestures(context: Context, input: boolean): Gestures {
  const { announcer, pointer, session, text } = context;
  const at = (row: number, column: number) =>
    input
      ? { at: "input" as const, cell: { channel: session.channel, row, column } }
      : { at: "output" as const, cell: { channel: outChannel(context), row, column } };
  return {
    point(row, column) {
      pointer.hover = at(row, column);
      session.changed();
    },
    leave() {
      pointer.hover = null;
      session.changed();
    },
    pin: (row, column) => pin(context, at(row, column)),
    unpin() {
      pointer.pin = null;
      session.changed();
    },
    refuse: (what) => announcer.tell(text.notNumber(what)),
  };
}

/** Whether every output, away from the border, gets equally many kernels. */
export function even(s: Setting): boolean {
  return AXES.every((axis) => {
    const counts = new Array<number>(s.stride[axis]).fill(0);
    for (let tap = 0; tap < s.kernel_size[axis]; tap++) {
      counts[(tap * s.dilation[axis]) % s.stride[axis]]!++;
    }
    return counts.every((count) => count === counts[0]);
  });
}

function draw(context: Context, [ins, laid, over]: [Box, Box, Box], note: HTMLElement): void {
  const { session, text } = context;
  const { input, weight, bias, setting: s, size: [rows, columns] } = session.picture;
  const [height, width] = s.size;
  const [step, out, channel] = [stepAt(context), outChannel(context), session.channel];
  const now = scatterSteps(s)[step]!;
  const cells = height * width;
  const from = input.subarray(channel * cells, (channel + 1) * cells);
  const sheetIn = {
    rows: height,
    columns: width,
    values: from,
    key: `${session.version}/${channel}`,
  };
  const [row, column] = [now.input.row, now.input.column];
  ins.head(text.input, text.step(step + 1, cells));
  ins.show(sheetIn, ins.fit(sheetIn), [row, column], (r, c) => {
    const at = r * width + c;
    return at === step ? "lit" : at > step ? "ring" : "";
  }, { top: row, bottom: row, left: column, right: column });
  const sum = scattered(s, input, weight, s.bias ? bias : null, step + 1);
  const values = sum.subarray(out * rows * columns, (out + 1) * rows * columns);
  const sheetOut = { rows, columns, values, key: `${session.version}/${out}/${step}` };
  const hit = new Set(landed(s, now, out).map((cell) => cell.row * columns + cell.column));
  const corner: [number, number] = [now.rows[0]!, now.columns[0]!];
  laid.head(text.laid, `${rows} × ${columns}`);
  laid.show(
    sheetOut,
    laid.fit(sheetOut),
    corner,
    (r, c) => hit.has(r * columns + c) ? "lit" : "",
    null,
  );
  const counts = { rows, columns, values: overlaps(s), key: `${session.version}` };
  over.head(text.overlap, even(s) ? text.even : text.uneven);
  over.show(counts, over.fit(counts), corner, () => "", null);
  const value = number(from[row * width + column]!);
  say(note, text.lays(`x[${channel}, ${row}, ${column}] = ${value}`));
}
