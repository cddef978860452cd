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

export interface Knob extends Scale {
  readonly whole: boolean;
  /** Whether it does nothing just now. */
  readonly off: boolean;
}

export interface Turned {
  readonly name: string;
  /** What it is called on the page; without it as in Python. */
  readonly label?: string;
  /** For screen readers, the field beside the slider. */
  readonly field: string;
  knob(): Knob;
  /** Where it stands. */
  now(): number;
  /** Turns it; `last` once it is let go. */
  put(value: number, last: boolean): void;
  /** What it does, or why it does nothing. */
  hint(): string | undefined;
  /** The value in words, where the number alone says little. */
  say?(value: number): string;
}

export function knob(bin: Disposer, turned: Turned): Part {
  const { name, put } = turned;
  const range = { type: "range", class: "dlw-range", min: 0, max: POSITIONS, step: 1 };
  const slider = h("input", { ...range, "aria-label": turned.label ?? name });
  const field = entry(bin, {
    label: turned.field,
    digits: 4,
    now: turned.now,
    put: (value) => put(turned.knob().whole ? Math.round(value) : value, true),
  });
  let held = false;
  const value = (): number => valueAt(Number(slider.value), turned.knob());
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
    put(nudged(turned.now(), by, turned.knob()), true);
  });
  const label = h("label", { class: "dlw-knob" }, h("code", {}, turned.label ?? name), slider);
  label.append(field.el);
  return {
    el: label,
    update() {
      const now = turned.knob();
      const shown = turned.now();
      if (!held) slider.value = String(position(shown, now));
      mark(slider, "aria-valuetext", turned.say?.(shown) ?? quantity(shown));
      slider.disabled = (field.el as HTMLInputElement).disabled = now.off;
      mark(label, "title", turned.hint());
      mark(label, "data-off", now.off);
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
