/** A number that can be typed. */

import type { Disposer } from "./dispose.ts";
import { h, mark } from "./dom.ts";
import { parse, quantity } from "./format.ts";
import type { Part } from "./part.ts";

export interface Field {
  readonly label: string;
  /** Significant digits while nobody types. */
  readonly digits?: number;
  now(): number;
  put(value: number): void;
}

/** Typing starts from the exact number; Enter or leaving takes it; what is no number is marked. */
export function entry(bin: Disposer, { digits = 3, label, now, put }: Field): Part {
  const el = h("input", { type: "text", class: "dlw-entry", "aria-label": label });
  bin.listen(el, "focus", () => {
    el.value = String(now());
    el.select();
  });
  bin.listen(el, "blur", () => {
    mark(el, "aria-invalid", undefined);
    el.value = quantity(now(), digits);
  });
  bin.listen(el, "change", () => {
    const value = parse(el.value);
    mark(el, "aria-invalid", value === null ? "true" : undefined);
    if (value !== null && value !== now()) put(value);
  });
  return {
    el,
    update() {
      if (document.activeElement !== el) el.value = quantity(now(), digits);
    },
  };
}
