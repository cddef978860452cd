/** A choice of one among a few, as buttons side by side. */

import type { Disposer } from "./dispose.ts";
import { h, mark } from "./dom.ts";
import type { Part } from "./part.ts";

export interface Choice<T extends string> {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly all: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly hints?: Readonly<Partial<Record<T, string>>>;
  now(): T | null;
  choose(one: T): void;
  /** Whether nothing can be chosen just now. */
  disabled?(): boolean;
}

export function segments<T extends string>(bin: Disposer, choice: Choice<T>): Part {
  const { all, hints, label, names } = choice;
  const el = h("div", { class: "dlw-segments", role: "group", "aria-label": label });
  const buttons = all.map((one) => {
    const button = h("button", { type: "button", title: hints?.[one] }, names[one]);
    bin.listen(button, "click", () => choice.choose(one));
    el.append(button);
    return [one, button] as const;
  });
  return {
    el,
    update() {
      const chosen = choice.now();
      for (const [one, button] of buttons) {
        mark(button, "aria-pressed", String(one === chosen));
        button.disabled = choice.disabled?.() ?? false;
      }
    },
  };
}
