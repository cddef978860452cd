/** Heights of a surface between 0 and 1, and lines of equal height. No DOM here. */

export interface Heights {
  /** Of each cell between 0, the lowest, and 1; NaN where the surface is no number. */
  readonly values: Float32Array;
  /** Whether equal steps are equal factors above the lowest. */
  readonly log: boolean;
}

/** So much larger than the middle value must the largest be for a logarithmic scale. */
const WIDE = 8;

/** Puts values on a scale from 0 to 1, logarithmic where a few are far above all others. */
export function heights(values: Float32Array): Heights {
  const finite = values.filter(Number.isFinite).sort();
  if (!finite.length) return { values: values.map(() => NaN), log: false };
  const low = finite[0]!;
  const range = finite.at(-1)! - low;
  const middle = finite[finite.length >> 1]! - low;
  if (range === 0) return { values: values.map((v) => Number.isFinite(v) ? 0 : NaN), log: false };
  const log = range > WIDE * middle;
  // Below this all is floor: the logarithm of the lowest itself has no end.
  const floor = Math.max(finite[Math.floor(finite.length / 100)]! - low, range * 1e-6);
  const scale = (v: number): number =>
    log ? Math.log1p((v - low) / floor) / Math.log1p(range / floor) : (v - low) / range;
  return { values: values.map((v) => Number.isFinite(v) ? scale(v) : NaN), log };
}

/**
 * Segments of the lines on which `values` (rows × columns) equal `level`, as x1, y1, x2, y2 in cells
 * (marching squares, with the middle of a cell deciding at saddles).
 */
export function contour(
  values: Float32Array,
  rows: number,
  columns: number,
  level: number,
): number[] {
  const found: number[] = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const at = r * columns + c;
      // Around the cell: this corner, the next column, both on, the next row.
      const corners = [
        values[at]!,
        values[at + 1]!,
        values[at + columns + 1]!,
        values[at + columns]!,
      ];
      const cuts: [number, number][] = [];
      for (let side = 0; side < 4; side++) {
        const [a, b] = [corners[side]!, corners[(side + 1) % 4]!];
        if ((a < level) === (b < level) || Number.isNaN(a + b)) continue;
        const part = (level - a) / (b - a);
        cuts.push(
          side === 0
            ? [c + part, r]
            : side === 1
            ? [c + 1, r + part]
            : side === 2
            ? [c + 1 - part, r + 1]
            : [c, r + 1 - part],
        );
      }
      if (cuts.length === 4) {
        const low = corners.reduce((sum, one) => sum + one, 0) / 4 < level;
        if ((corners[0]! < level) === low) cuts.push(cuts.shift()!);
      }
      for (let i = 0; i + 1 < cuts.length; i += 2) found.push(...cuts[i]!, ...cuts[i + 1]!);
    }
  }
  return found;
}
