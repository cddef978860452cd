/** Changing single cells of input and kernel, and pasting blocks of them. */

import { type Cell, numeric, type Pair, type Tap, weightIndex } from "./arithmetic/mod.ts";
import type { Context } from "./part.ts";
import { centred } from "./presets.ts";

/** Larger pasted inputs would freeze the page. */
const LARGEST = 512;

/** Sets one cell of the input. */
export function changeInput({ session }: Context, cell: Cell, value: number): void {
  const { input, setting: { size: [height, width] } } = session.picture;
  const next = input.slice();
  next[(cell.channel * height + cell.row) * width + cell.column] = value;
  session.fill({ input: next });
}

/** Sets one weight. */
export function changeWeight({ session }: Context, tap: Tap, value: number): void {
  const { setting, weight } = session.picture;
  const next = weight.slice();
  next[weightIndex(setting, tap)] = value;
  session.fill({ weight: next });
}

/** Puts a block in at a cell, or, where it does not fit there, instead of the whole channel. */
export function pasteInput(context: Context, cell: Cell | null, values: number[][]): void {
  const { announcer, session, text } = context;
  const { input, setting: s } = session.picture;
  const [rows, columns] = [values.length, values[0]!.length];
  if (rows > LARGEST || columns > LARGEST) return announcer.tell(text.tooLarge(LARGEST));
  announcer.tell(text.pasted(rows, columns));
  const [top, left] = cell ? [cell.row, cell.column] : [0, 0];
  const fits = top + rows <= s.size[0] && left + columns <= s.size[1];
  const size: Pair = fits ? s.size : [rows, columns];
  const [row, column] = fits ? [top, left] : [0, 0];
  const next = fits ? input.slice() : new Float64Array(s.in_channels * rows * columns);
  for (let channel = 0; channel < s.in_channels; channel++) {
    // What replaces the size of the input replaces all of its channels.
    if (fits && channel !== session.channel) continue;
    values.forEach((line, r) => {
      next.set(line, (channel * size[0] + row + r) * size[1] + column);
    });
  }
  session.fill({ input: next }, { size });
}

/** Puts a block in at a weight, or, where it does not fit, makes the kernel as large as it is. */
export function pasteWeight(
  { announcer, session, text }: Context,
  tap: Tap,
  values: number[][],
): void {
  const { weight, setting: s } = session.picture;
  const [rows, columns] = [values.length, values[0]!.length];
  announcer.tell(text.pasted(rows, columns));
  const fits = tap.row + rows <= s.kernel_size[0] && tap.column + columns <= s.kernel_size[1];
  if (fits) {
    const next = weight.slice();
    values.forEach((line, r) => {
      next.set(line, weightIndex(s, { ...tap, row: tap.row + r }));
    });
    return session.fill({ weight: next });
  }
  const planes = weight.length / (s.kernel_size[0] * s.kernel_size[1]);
  const next = new Float64Array(planes * rows * columns);
  const resized = { ...s, kernel_size: [rows, columns] as Pair };
  for (let plane = 0; plane < planes; plane++) {
    const cells = s.kernel_size[0] * s.kernel_size[1];
    const old = weight.subarray(plane * cells, (plane + 1) * cells);
    next.set(centred(old, s.kernel_size, [rows, columns]), plane * rows * columns);
  }
  next.set(values.flat(), weightIndex(resized, { ...tap, row: 0, column: 0 }));
  const padding = typeof s.padding === "string" ? s.padding : numeric(s);
  session.fill({ weight: next }, { kernel_size: [rows, columns], padding });
}
