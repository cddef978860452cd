/** The grids on screen: one channel of input, kernel and output each. Pure functions. */

import { channelsOf, type Pair, pools, weightIndex } from "./arithmetic/mod.ts";
import { tapPlace } from "./lit.ts";
import type { Picture } from "./picture.ts";

/** One channel of what a box shows. */
export interface Sheet {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  /** Changes with the values. */
  readonly key: string;
}

/** What is shown. */
export interface Sheets {
  readonly input: Sheet;
  readonly kernel: Sheet;
  readonly before: Sheet;
  readonly after: Sheet;
}

/** One channel of an array. */
function sheet(values: Float64Array, channel: number, [rows, columns]: Pair, key: string): Sheet {
  const cells = rows * columns;
  const some = values.subarray(channel * cells, (channel + 1) * cells);
  return { rows, columns, values: some, key: `${key}/${channel}` };
}

/** Each channel of an array by itself. */
export function planes(values: Float64Array, count: number, size: Pair, key: string): Sheet[] {
  return Array.from({ length: count }, (_, channel) => sheet(values, channel, size, key));
}

/** The channels that are chosen. */
export function sheets(now: Picture, channel: number, out: number, key: string): Sheets {
  const { grid, size } = now;
  return {
    input: sheet(grid.values, channel, [grid.rows, grid.columns], key),
    kernel: kernelSheet(now, channel, out, key),
    before: sheet(now.before, out, size, key),
    after: sheet(now.output, out, size, key),
  };
}

/** The kernel as it meets the grid; of pooling, what each cell of the window counts. */
function kernelSheet(now: Picture, channel: number, out: number, key: string): Sheet {
  const { setting: s, weight } = now;
  const [rows, columns] = s.kernel_size;
  const joined = channelsOf(s, out).includes(channel);
  const values = Float64Array.from({ length: rows * columns }, (_, at) => {
    if (!joined) return 0;
    if (pools(s.kind)) return s.kind === "avg" ? 1 / (rows * columns) : 1;
    const [row, column] = tapPlace(now, Math.floor(at / columns), at % columns);
    return weight[weightIndex(s, { out, in: channel, row, column })]!;
  });
  return { rows, columns, values, key: `${key}/${out}/${channel}` };
}
