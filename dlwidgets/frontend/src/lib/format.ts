/** Numbers as people read them. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A measured value with `digits` significant digits, shortest form: 0.31, 1.2e-5, 12,345. */
export function quantity(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  if (size < 1e-4 || size >= 1e7) return minus(shortExponent(rounded));
  if (size >= 10 ** digits) return minus(grouped.format(value));
  return minus(String(rounded));
}

function shortExponent(value: number): string {
  return value.toExponential().replace("e+", "e");
}

function minus(text: string): string {
  return text.startsWith("-") ? `−${text.slice(1)}` : text;
}

/** A whole number with thousands marked: 12,345. */
export function count(value: number): string {
  return grouped.format(value);
}

/** Seconds as a clock: 0:41, 12:05, 1:02:03. */
export function clock(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (part: number): string => String(part).padStart(2, "0");
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Steps a second: 1,830 or 0.42. */
export function rate(value: number | null): string {
  if (value === null || value === 0) return "–";
  return value >= 100 ? count(value) : quantity(value, 2);
}

/** A share in per cent with one decimal, coarser when large. */
export function percent(value: number | null): string {
  if (value === null) return "–";
  return value < 0.05 ? "0 %" : `${value < 9.95 ? value.toFixed(1) : count(value)} %`;
}

/** A number typed by hand; `null` where it is none. A decimal comma is understood. */
export function parse(text: string): number | null {
  const plain = text.trim().replace("−", "-").replace(/^(-?\d+),(\d+)$/, "$1.$2");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) ? null : value;
}
