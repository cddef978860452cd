/** How the numbers of a grid are written: all alike, so that they can be compared at a glance. */

import { quantity } from "../../lib/format.ts";

export interface Hand {
  /** One number, no longer than `longest`. */
  write(value: number): string;
  readonly longest: number;
}

/** Outside these ends numbers are written with powers of ten. */
const [TINY, HUGE] = [0.01, 1e6];

/** Chooses as many decimals as leave the longest number readable, but at least one. */
export function hand(values: Float64Array, fits: (length: number) => boolean): Hand {
  let [most, whole, sign] = [0, true, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (Math.abs(value) > most) most = Math.abs(value);
    if (value < 0) sign = 1;
    whole &&= Number.isInteger(value);
  }
  if (most >= HUGE || most < TINY && most > 0) {
    return { write: (value) => quantity(value, 2), longest: 7 };
  }
  const front = Math.floor(Math.log10(Math.max(1, most))) + 1;
  if (whole) return { write: (value) => special(value) ?? plain(value, 0), longest: front + sign };
  const power = Math.floor(Math.log10(most));
  let found: Hand | null = null;
  for (const digits of [3, 2, 1]) {
    const decimals = Math.max(1, digits - 1 - power);
    for (const short of most < 1 ? [false, true] : [false]) {
      const longest = front + 1 + decimals + sign - (short ? 1 : 0);
      found = { write: (value) => fixed(value, decimals, short), longest };
      if (fits(longest)) return found;
    }
  }
  return found!;
}

function special(value: number): string | null {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return value === 0 ? "0" : null;
}

/** What rounds to zero but is none keeps its decimals: 0.00. */
function fixed(value: number, decimals: number, short: boolean): string {
  const known = special(value);
  if (known !== null) return known;
  const text = plain(value, decimals);
  const rounded = Number(text.replace("−", "-")) === 0 ? text : text.replace(/\.?0+$/, "");
  return short ? rounded.replace(/^(−?)0\./, "$1.") : rounded;
}

function plain(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}
