/** The numbers that can be turned: a slider for the hand, a field for the exact value. */

import { h, mark } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { nudge, position, POSITIONS, valueAt } from "../../lib/scale.ts";
import type { Context, Knob, Part } from "./session.ts";

/** Keys on a slider, and how many nudges each is worth. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
};

export function knobs(context: Context): Part {
  const { model, text } = context;
  const rows = model.get("_knobs").map((knob) => row(context, knob.name));
  const parts = model.get("_kind") === "model" ? [optimizers(context), ...rows] : rows;
  return {
    el: h(
      "div",
      { class: "dlw-re-knobs", role: "group", "aria-label": text.knobs },
      ...parts.map((part) => part.el),
    ),
    update() {
      for (const part of parts) part.update();
    },
  };
}

function row(context: Context, name: string): Part {
  const { bin, model, session, text } = context;
  const knob = (): Knob => model.get("_knobs").find((one) => one.name === name)!;
  const range = { type: "range", class: "dlw-range", min: 0, max: POSITIONS, step: 1 };
  const slider = h("input", { ...range, "aria-label": name });
  const put = (value: number, last: boolean): void => session.turn(name, value, last);
  const field = entry(bin, {
    label: text.valueOf(name),
    digits: 4,
    now: () => session.value(knob()),
    put: (value) => put(knob().whole ? Math.round(value) : value, true),
  });
  let held = false;
  const value = (): number => valueAt(Number(slider.value), knob());
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
    put(nudged(session.value(knob()), by, knob()), true);
  });
  const label = h("label", { class: "dlw-re-knob" }, h("code", {}, name), slider, field.el);
  return {
    el: label,
    update() {
      const now = knob();
      const shown = session.value(now);
      if (!held) slider.value = String(position(shown, now));
      mark(slider, "aria-valuetext", quantity(shown));
      slider.disabled = (field.el as HTMLInputElement).disabled = now.off;
      mark(label, "title", now.off ? text.off(session.optimizer, name) : text.hints[name]);
      mark(label, "data-off", now.off);
      field.update();
    },
  };
}

/** The value some nudges away. */
function nudged(from: number, by: number, knob: Knob): number {
  let next = from;
  for (let i = 0; i < Math.abs(by); i++) next = nudge(next, by > 0 ? 1 : -1, knob);
  return next;
}

/** Which optimizer of torch.optim. */
function optimizers({ bin, model, session, text }: Context): Part {
  const options = model.get("_optimizers").map((name) => h("option", { value: name }, name));
  const select = h("select", { class: "dlw-entry", "aria-label": "optimizer" }, ...options);
  bin.listen(select, "change", () => session.turn("optimizer", select.value, true));
  const el = h("label", { class: "dlw-re-knob", title: text.hints["optimizer"] });
  el.append(h("code", {}, "optimizer"), select);
  return {
    el,
    update() {
      if (select.value !== session.optimizer) select.value = session.optimizer;
    },
  };
}
