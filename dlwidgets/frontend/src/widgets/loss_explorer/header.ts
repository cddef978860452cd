/** Which loss, how it is reduced, whether torch agrees; and what it comes to. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { icon } from "../../lib/icons.ts";
import type { Kind, Reduction } from "./arithmetic.ts";
import { type Context, type Part, TOLERANCE } from "./session.ts";

const KINDS: readonly Kind[] = ["cross_entropy", "bce", "mse"];
const REDUCTIONS: readonly Reduction[] = ["mean", "sum", "none"];

export function header(context: Context): Part {
  const { bin, session, text } = context;
  const kind = segments(
    context,
    text.kind,
    KINDS,
    text.kinds,
    () => session.task.kind,
    (one) => session.turn(one),
  );
  const reduction = segments(
    context,
    text.reduction,
    REDUCTIONS,
    text.reductions,
    () => session.task.reduction,
    (one) => session.set({ reduction: one }),
  );
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
  const seal = badge(context);
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

function segments<T extends string>(
  { bin }: Context,
  label: string,
  all: readonly T[],
  names: Readonly<Record<T, string>>,
  now: () => T,
  choose: (one: T) => void,
): Part {
  const el = h("div", { class: "dlw-segments", role: "group", "aria-label": label });
  const buttons = all.map((one) => {
    const button = h("button", { type: "button" }, names[one]);
    bin.listen(button, "click", () => choose(one));
    el.append(button);
    return [one, button] as const;
  });
  return {
    el,
    update() {
      for (const [one, button] of buttons) mark(button, "aria-pressed", String(one === now()));
    },
  };
}

/** Says whether torch has the same numbers. */
function badge({ session, text }: Context): Part {
  const el = h("span", { class: "dlw-badge dlw-lo-badge", role: "img" });
  let known = "";
  return {
    el,
    update() {
      const { apart, link: { gone } } = session;
      const share = apart === null ? "" : apart === 0 ? "0" : apart.toExponential(1);
      const [look, tone, label, hint] = gone
        ? ["warn", "none", text.gone, text.goneHint] as const
        : apart === null
        ? ["ring", "none", text.comparing, text.comparing] as const
        : apart <= TOLERANCE
        ? ["done", "good", text.equal, text.equalHint(share)] as const
        : ["cross", "bad", text.differs(share), text.differs(share)] as const;
      if (`${tone}${label}` !== known) el.replaceChildren(icon(look), h("span", {}, label));
      known = `${tone}${label}`;
      mark(el, "data-tone", tone);
      mark(el, "aria-label", label);
      mark(el, "title", hint);
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
