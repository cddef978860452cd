/** A number that can be turned: a slider for the hand, a field for the exact value. */

import type { Disposer } from "./dispose.ts";
import { h, mark } from "./dom.ts";
import { entry } from "./entry.ts";
import { quantity } from "./format.ts";
import type { Part } from "./part.ts";
import { nudge, position, POSITIONS, type Scale, valueAt } from "./scale.ts";

/** Keys on a slider, and how many nudges each is worth. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
};

export interface Knob {
  readonly name: string;
  /** The class of the label that all stands in. */
  readonly kind: string;
  /** What the field is called, for screen readers. */
  readonly valueOf: string;
  scale(): Scale;
  now(): number;
  /** While it is dragged `last` is false. */
  put(value: number, last: boolean): void;
  hint(): string;
  disabled?(): boolean;
}

export function knob(bin: Disposer, { disabled, hint, kind, name, now, put, ...rest }: Knob): Part {
  const range = { type: "range", class: "dlw-range", min: 0, max: POSITIONS, step: 1 };
  const slider = h("input", { ...range, "aria-label": name });
  const field = entry(bin, {
    label: rest.valueOf,
    digits: 4,
    now,
    put: (value) => put(rest.scale().whole ? Math.round(value) : value, true),
  });
  let held = false;
  const value = (): number => valueAt(Number(slider.value), rest.scale());
  bin.listen(slider, "pointerdown", () => held = true);
  bin.listen(slider, "input", () => put(value(), false));
  // The value at which a slider is let go always arrives.
  bin.listen(slider, "change", () => {
    held = false;
    put(value(), true);
  });
  for (const end of ["pointerup", "pointercancel"]) bin.listen(slider, end, () => held = false);
  bin.listen<KeyboardEvent>(slider, "keydown", (event) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    put(nudged(now(), by, rest.scale()), true);
  });
  const label = h("label", { class: kind }, h("code", {}, name), slider, field.el);
  return {
    el: label,
    update() {
      const shown = now();
      const off = disabled?.() ?? false;
      if (!held) slider.value = String(position(shown, rest.scale()));
      mark(slider, "aria-valuetext", quantity(shown));
      slider.disabled = (field.el as HTMLInputElement).disabled = off;
      mark(label, "title", hint());
      mark(label, "data-off", off);
      field.update();
    },
  };
}

/** The value some nudges away. */
function nudged(from: number, by: number, scale: Scale): number {
  let next = from;
  for (let i = 0; i < Math.abs(by); i++) next = nudge(next, by > 0 ? 1 : -1, scale);
  return next;
}
