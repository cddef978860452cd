/** Where a value stands on its slider. */

/** The ends of a slider and whether equal ways on it are equal factors. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Whether whole numbers alone are meant. */
  readonly whole?: boolean;
}

/** Slider positions; fine enough that three digits of a rate can be met. */
export const POSITIONS = 1000;

/** A logarithmic slider that reaches 0 keeps its first position for it. */
function floor({ low, high }: Scale): number {
  return low > 0 ? low : high * 1e-6;
}

/** The position, 0 to `POSITIONS`, of a value; values beyond an end stand at that end. */
export function position(value: number, scale: Scale): number {
  const { low, high, log } = scale;
  const part = log && high > 0
    ? value <= 0 ? 0 : Math.log(value / floor(scale)) / Math.log(high / floor(scale))
    : (value - low) / (high - low);
  return Math.round(POSITIONS * Math.min(1, Math.max(0, part || 0)));
}

/** The value at a position: the ends exactly, three significant digits between. */
export function valueAt(place: number, scale: Scale): number {
  const { low, high, log } = scale;
  if (place <= 0) return low;
  if (place >= POSITIONS) return high;
  const part = place / POSITIONS;
  const value = log && high > 0
    ? floor(scale) * (high / floor(scale)) ** part
    : low + part * (high - low);
  // Linear sliders round to a share of their range: near 0 three digits would be noise.
  const rounded = log && high > 0
    ? Number(value.toPrecision(3))
    : tidy(value, (high - low) / POSITIONS);
  return Math.min(high, Math.max(low, scale.whole ? Math.round(value) : rounded));
}

function tidy(value: number, step: number): number {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return Number(value.toFixed(Math.min(12, digits)));
}

/**
 * The value one key press up (+1) or down (−1) from `value`: a tenth of a decade, or 1 %; of whole
 * numbers at least the next.
 */
export function nudge(value: number, direction: 1 | -1, scale: Scale): number {
  const { low, high, log } = scale;
  const next = log && high > 0
    ? Number((Math.max(value, floor(scale)) * 10 ** (direction / 10)).toPrecision(2))
    : tidy(value + (direction * (high - low)) / 100, (high - low) / POSITIONS);
  const kept = scale.whole ? Math.round(next) : next;
  const moved = scale.whole && kept === Math.round(value) ? kept + direction : kept;
  return Math.min(high, Math.max(low, moved));
}
