/** What graph it is, how much of it is shown, and whether torch agrees. */

import { badge, compared } from "../../lib/badge.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import type { Context, Part } from "./session.ts";

export function header(context: Context): Part {
  const { bin, language, model, session, text } = context;
  const shown = h("span", { class: "dlw-au-soft" });
  const back = h("button", { type: "button", class: "dlw-button" }, text.lookBack);
  const deeper = h("button", { type: "button", class: "dlw-button" }, text.lookHere);
  const reset = h(
    "button",
    { type: "button", class: "dlw-button", title: text.resetHint },
    text.reset,
  );
  bin.listen(back, "click", () => session.look(model.get("_root")));
  bin.listen(deeper, "click", () => session.chosen && session.look(session.chosen.key));
  bin.listen(reset, "click", () => session.reset());
  const seal = badge(() => compared(language, { apart: session.apart, gone: session.link.gone }));
  return {
    el: h(
      "div",
      { class: "dlw-au-header" },
      h("b", {}, text.explorer),
      shown,
      deeper,
      back,
      reset,
      seal.el,
    ),
    update() {
      const [some, total] = [session.operators.length, model.get("_total")];
      say(shown, some < total ? text.some(count(some), count(total)) : text.all(count(total)));
      back.hidden = model.get("_start") === model.get("_root");
      const chosen = session.chosen?.kind === "variable"
        ? session.variable(session.chosen.key)
        : undefined;
      deeper.hidden = !((chosen?.hidden ?? 0) > 0);
      reset.disabled = !model.get("_edited") || session.link.gone;
      mark(shown, "data-some", some < total);
      seal.update();
    },
  };
}
