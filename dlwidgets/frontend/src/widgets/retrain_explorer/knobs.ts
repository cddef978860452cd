/** The numbers that can be turned: a slider for the hand, a field for the exact value. */

import { h } from "../../lib/dom.ts";
import { knob } from "../../lib/knob.ts";
import type { Context, Knob, Part } from "./session.ts";

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

function row({ bin, model, session, text }: Context, name: string): Part {
  const one = (): Knob => model.get("_knobs").find((some) => some.name === name)!;
  return knob(bin, {
    name,
    kind: "dlw-re-knob",
    valueOf: text.valueOf(name),
    scale: one,
    now: () => session.value(one()),
    put: (value, last) => session.turn(name, value, last),
    hint: () => one().off ? text.off(session.optimizer, name) : text.hints[name] ?? "",
    disabled: () => one().off,
  });
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
