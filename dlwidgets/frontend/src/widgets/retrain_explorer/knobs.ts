/** The numbers that can be turned, and the optimizer of a model of one's own. */

import { h } from "../../lib/dom.ts";
import { knob } from "../../lib/knobs.ts";
import type { Context, Knob, Part } from "./session.ts";

export function knobs(context: Context): Part {
  const { model, text } = context;
  const rows = model.get("_knobs").map(({ name }) => row(context, name));
  const parts = model.get("_kind") === "model" ? [optimizers(context), ...rows] : rows;
  return {
    el: h(
      "div",
      { class: "dlw-knobs", role: "group", "aria-label": text.knobs },
      ...parts.map((part) => part.el),
    ),
    update() {
      for (const part of parts) part.update();
    },
  };
}

function row({ bin, model, session, text }: Context, name: string): Part {
  const now = (): Knob => model.get("_knobs").find((one) => one.name === name)!;
  return knob(bin, {
    name,
    field: text.valueOf(name),
    knob: now,
    now: () => session.value(now()),
    put: (value, last) => session.turning.turn(name, value, last),
    hint: () => now().off ? text.off(session.optimizer, name) : text.hints[name],
  });
}

/** Which optimizer of torch.optim. */
function optimizers({ bin, model, session, text }: Context): Part {
  const options = model.get("_optimizers").map((name) => h("option", { value: name }, name));
  const select = h("select", { class: "dlw-entry", "aria-label": "optimizer" }, ...options);
  bin.listen(select, "change", () => session.turning.turn("optimizer", select.value, true));
  const el = h("label", { class: "dlw-knob", title: text.hints["optimizer"] });
  el.append(h("code", {}, "optimizer"), select);
  return {
    el,
    update() {
      if (select.value !== session.optimizer) select.value = session.optimizer;
    },
  };
}
