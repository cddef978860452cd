/** Axes and ranges that all charts share. */

import uPlot from "uplot";

/** The font of numbers on axes and of texts in charts. */
export const FAMILY = "system-ui, sans-serif";

/** Colours of a chart's frame, as CSS names them. */
export const INK = ["--dlw-ink", "--dlw-ink-soft", "--dlw-line", "--dlw-surface"] as const;

/** An axis with grid lines and no ticks; `incrs` are the distances allowed between numbers. */
export function axis(
  paint: Readonly<Record<string, string>>,
  size: number,
  format: (value: number) => string,
  incrs?: number[],
): uPlot.Axis {
  const line = { stroke: paint["--dlw-line"]!, width: 1 };
  return {
    size,
    gap: 6,
    font: `11px ${FAMILY}`,
    stroke: paint["--dlw-ink-soft"]!,
    grid: line,
    ticks: { show: false },
    values: (_, splits) => splits.map((split) => split === null ? "" : format(split)),
    ...(incrs ? { incrs, space: 70 } : {}),
  };
}

/** A range around values, from a whole power of ten to another where it is logarithmic. */
export function range(low: number | null, high: number | null, log: boolean): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) {
    return log ? [0.1, 1] : [0, 1];
  }
  const found = log ? uPlot.rangeLog(low, high, 10, false) : uPlot.rangeNum(low, high, 0.08, true);
  return [found[0] ?? 0, found[1] ?? 1];
}

/** Distances between ticks that suit whole steps. */
export function* steps(): Generator<number> {
  for (let decade = 1; decade < 1e12; decade *= 10) yield* [decade, 2 * decade, 5 * decade];
}
