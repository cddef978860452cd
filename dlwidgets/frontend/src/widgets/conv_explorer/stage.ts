/** Input, kernel and output side by side, linked cell by cell. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { channelsOf, channelsTo, leftOut, pools } from "./arithmetic/mod.ts";
import { type Box, large, MOST } from "./box.ts";
import { inputBox, kernelBox, outputBox } from "./boxes.ts";
import { channels } from "./channels.ts";
import { inGrid, type Lit, lit, tapPlace } from "./lit.ts";
import { type Context, type Focus, focus, outChannel, type Part } from "./part.ts";
import { planes, type Sheet, type Sheets, sheets } from "./sheets.ts";

/** The three grids, four with a ReLU. */
export function stage(context: Context): Part {
  const { bin, session, text } = context;
  const [ins, kernel] = [inputBox(context), kernelBox(context)];
  const [before, after] = [outputBox(context, text.before), outputBox(context, text.output)];
  const boxes = { ins, kernel, before, after };
  for (const { el } of [before, after]) mark(el, "data-output", true);
  const pick = pickers(context, boxes);
  mark(kernel.el, "data-kernel", true);
  const sign = (what = ""): HTMLElement =>
    h("div", { class: "dlw-cv-sign", "aria-hidden": "true" }, what);
  const meet = sign();
  const el = h(
    "div",
    { class: "dlw-cv-stage" },
    ...[ins.el, meet, kernel.el, sign("="), before.el, after.el],
  );
  let width = 0;
  bin.resized(el, (now) => {
    width = now;
    session.changed();
  });
  return {
    el,
    update() {
      const now = session.picture;
      const out = outChannel(context);
      const at = focus(context);
      const shown = lit(now, at, session.channel, out);
      before.el.hidden = !now.setting.relu;
      say(meet, { conv: "∗", transposed: "∗", max: "max", avg: "∗" }[now.setting.kind]);
      const all = sheets(now, session.channel, out, String(session.version));
      share(boxes, all, now.setting.relu, width);
      const [side, small] = sides(boxes, all, now.setting.relu);
      drawInput(context, ins, all, small ? ins.fit(all.input) : side, at, shown);
      drawKernel(context, kernel, all.kernel, kernel.fit(all.kernel), shown);
      const far = small ? after.fit(all.after) : side;
      drawOutput(context, after, all.after, far, at, shown);
      if (now.setting.relu) drawOutput(context, before, all.before, far, at, shown);
      heads(context, ins, kernel, before, after);
      pick();
    },
  };
}

interface Boxes {
  readonly ins: Box;
  readonly kernel: Box;
  readonly before: Box;
  readonly after: Box;
}

/** Below this width the grids stand above each other, and take what the page has. */
const COLUMN = 700;
/** What kernel and signs take. */
const KERNEL = 178 + 2 * 26;

/** Gives each grid a width after its columns, at once: observers would come a frame late. */
function share({ ins, before, after }: Boxes, all: Sheets, relu: boolean, width: number): void {
  const room = width - KERNEL;
  const wide = (columns: number): number => Math.max(4, Math.min(MOST + 1, columns));
  const outs = wide(all.after.columns) * (relu ? 2 : 1);
  const first = wide(all.input.columns) / (wide(all.input.columns) + outs);
  const part = Math.min(0.66, Math.max(relu ? 0.28 : 0.36, first));
  const rest = (1 - part) / (relu ? 2 : 1);
  const give = (share: number): number => width < COLUMN ? 0 : Math.floor(room * share);
  ins.room(give(part));
  before.room(give(rest));
  after.room(give(rest));
}

/** The side of all cells, and whether pixels make each grid choose its own. */
function sides({ ins, before, after }: Boxes, all: Sheets, relu: boolean): [number, boolean] {
  const some = [ins.fit(all.input), after.fit(all.after)];
  if (relu) some.push(before.fit(all.before));
  return [Math.min(...some), large(all.input) || large(all.after)];
}

/** The choice of channels over input and output; the other grids keep the same height free. */
function pickers(context: Context, { ins, kernel, before, after }: Boxes): () => void {
  const { session, text } = context;
  const toOutput = (channel: number): void => {
    const [height, width] = session.picture.size;
    session.put("position", channel * height * width + session.position % (height * width));
  };
  const first = channels(context, text.inputChannel, (channel) => {
    const reached = channelsTo(session.picture.setting, channel);
    // Another group is seen by other outputs.
    if (!reached.includes(outChannel(context))) toOutput(reached[0]!);
    session.put("input_channel", channel);
  });
  const second = channels(context, text.outputChannel, toOutput);
  const spaces = [0, 1].map(() => h("div", { class: "dlw-cv-channels" }));
  ins.insert(first.el);
  after.insert(second.el);
  kernel.insert(spaces[0]!);
  before.insert(spaces[1]!);
  return () => {
    const now = session.picture;
    const [key, out] = [String(session.version), outChannel(context)];
    const dim = (channel: number): boolean => !channelsOf(now.setting, out).includes(channel);
    const [ins, size] = [now.setting.in_channels, now.setting.size];
    first.show(planes(now.input, ins, size, key), session.channel, dim);
    second.show(planes(now.output, now.outputs, now.size, key), out, () => false);
    const none = ins < 2 && now.outputs < 2;
    for (const el of [first.el, second.el, ...spaces]) el.hidden = none;
  };
}

function drawInput(
  { session }: Context,
  box: Box,
  { input: sheet, kernel }: Sheets,
  side: number,
  at: Focus,
  shown: Lit,
): void {
  const now = session.picture;
  const { rows, columns } = leftOut(now.setting);
  const [down, across] = now.lines;
  const real = (axis: 0 | 1, place: number): boolean => {
    const { before, source } = now.lines[axis];
    if (now.setting.kind === "transposed") return source[place]! >= 0;
    return place >= before && place < before + now.setting.size[axis];
  };
  const tone = (row: number, column: number): string => {
    const words: string[] = [];
    if (!real(0, row) || !real(1, column)) words.push("ring");
    // What is left out would tell how the division is rounded.
    if (session.hidden.size) return words.join(" ");
    if (row >= down.length - rows || column >= across.length - columns) words.push("left");
    if (shown.input.has(row * sheet.columns + column)) words.push("lit");
    if (shown.meets.has(row * sheet.columns + column)) words.push("window");
    return words.join(" ");
  };
  const note = (row: number, column: number): string => {
    const meets = shown.meets.get(row * sheet.columns + column);
    return meets === undefined ? "" : `×${quantity(kernel.values[meets]!, 2)}`;
  };
  const { box: frame } = shown;
  const place = at.at === "input"
    ? inGrid(now, at.cell.row, at.cell.column)
    : shown.input.values().next().value ?? 0;
  const center: [number, number] = frame
    ? [(frame.top + frame.bottom) >> 1, (frame.left + frame.right) >> 1]
    : [Math.floor(place / sheet.columns), place % sheet.columns];
  box.show(sheet, side, center, tone, frame, pools(now.setting.kind) ? undefined : note);
}

function drawKernel(
  { session }: Context,
  box: Box,
  sheet: Sheet,
  side: number,
  shown: Lit,
): void {
  const tone = (row: number, column: number): string => {
    const [r, c] = tapPlace(session.picture, row, column);
    return shown.weights.has(r * sheet.columns + c) ? "lit" : "";
  };
  box.show(sheet, side, [0, 0], tone, null);
}

function drawOutput(
  { session }: Context,
  box: Box,
  sheet: Sheet,
  side: number,
  at: Focus,
  shown: Lit,
): void {
  const [height, width] = session.picture.size;
  const place = session.position % (height * width);
  const cell = at.at === "output"
    ? at.cell
    : { row: Math.floor(place / width), column: place % width };
  const tone = (row: number, column: number): string => {
    const here = row * width + column;
    return `${shown.output.has(here) ? "lit" : ""} ${here === place ? "here" : ""}`.trim();
  };
  const frame = at.at === "output"
    ? { top: cell.row, bottom: cell.row, left: cell.column, right: cell.column }
    : null;
  const first = Math.floor(session.position / (height * width)) * height * width;
  const secret = (row: number, column: number): boolean =>
    session.hidden.cells.has(first + row * width + column);
  box.show(sheet, side, [cell.row, cell.column], tone, frame, undefined, secret);
}

function heads({ session, text }: Context, ins: Box, kernel: Box, before: Box, after: Box): void {
  const { setting: s, size, grid } = session.picture;
  const by = ([rows, columns]: readonly [number, number]): string => `${rows} × ${columns}`;
  const wide = by([grid.rows, grid.columns]);
  ins.head(text.input, wide === by(s.size) ? wide : text.grown(by(s.size), wide, s.kind));
  kernel.head(pools(s.kind) ? text.window : text.kernel, kernelNote());
  before.head(text.before, by(size));
  after.head(s.relu ? text.after : text.output, by(size));

  function kernelNote(): string {
    const turned = s.kind === "transposed" ? `, ${text.turned}` : "";
    return by(s.kernel_size) + turned;
  }
}
