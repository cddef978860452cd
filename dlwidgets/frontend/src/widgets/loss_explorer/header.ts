/** Which loss, how it is reduced, whether torch agrees; and what it comes to. */

import { badge, compared } from "../../lib/badge.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import type { Kind, Reduction } from "./arithmetic.ts";
import type { Context, Part } from "./session.ts";

const KINDS: readonly Kind[] = ["cross_entropy", "bce", "mse"];
const REDUCTIONS: readonly Reduction[] = ["mean", "sum", "none"];

export function header(context: Context): Part {
  const { bin, session, text } = context;
  const kind = segments(bin, {
    label: text.kind,
    all: KINDS,
    names: text.kinds,
    now: () => session.task.kind,
    choose: (one) => session.turn(one),
  });
  const reduction = segments(bin, {
    label: text.reduction,
    all: REDUCTIONS,
    names: text.reductions,
    now: () => session.task.reduction,
    choose: (one) => session.set({ reduction: one }),
  });
  const smooth = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: 1,
    step: 0.01,
    "aria-label": text.smoothing,
    title: text.smoothingHint,
  });
  bin.listen(smooth, "input", () => session.set({ label_smoothing: Number(smooth.value) }));
  const share = h("output", {});
  const smoothing = h("label", { class: "dlw-lo-smooth" }, text.smoothing, smooth, share);
  const seal = badge(() =>
    compared(context.language, { apart: session.apart, gone: session.link.gone })
  );
  return {
    el: h("div", { class: "dlw-lo-header" }, kind.el, reduction.el, smoothing, seal.el),
    update() {
      for (const part of [kind, reduction, seal]) part.update();
      const { label_smoothing: held } = session.task;
      smoothing.hidden = session.task.kind !== "cross_entropy";
      if (Number(smooth.value) !== held) smooth.value = String(held);
      say(share, quantity(held, 2));
    },
  };
}

/** How the terms become one number, with the numbers put in. */
export function total({ session, text }: Context): Part {
  const el = h("div", { class: "dlw-lo-total" });
  const [name, sum, value] = [h("b", {}, text.value), h("span"), h("b", { class: "dlw-lo-value" })];
  el.append(name, sum, value);
  return {
    el,
    update() {
      const { result, task } = session;
      const shown = [...result.terms].slice(0, 8).map((term) => quantity(term, 4));
      const terms = `${shown.join(" + ")}${result.terms.length > 8 ? " + …" : ""}`;
      const over = task.reduction === "mean"
        ? `(${terms}) / ${quantity(result.divisor, 5)}`
        : terms;
      say(sum, task.reduction === "none" ? `[${shown.join(", ")}]` : `= ${over} =`);
      mark(el, "title", task.reduction === "none" ? text.noneHint : undefined);
      say(value, task.reduction === "none" ? "" : quantity(result.value, 6));
    },
  };
}
