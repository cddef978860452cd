/** Which model, whether it learns just now, and what it is compared with. */

import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import type { Context, Part } from "./session.ts";

export function header({ bin, model, session, text }: Context): Part {
  const name = h("b", {});
  const sizes = h("span", {});
  const state = h("span", { class: "dlw-tg-state" });
  const box = h("input", { type: "checkbox" });
  bin.listen(box, "change", () => session.compare(box.checked));
  const compare = h("label", { class: "dlw-tg-compare" }, box);
  compare.append(h("i", { class: "dlw-tg-tick", "aria-hidden": "true" }), text.compare);
  const anew = h(
    "button",
    { type: "button", class: "dlw-button", title: text.anewHint },
    text.anew,
  );
  bin.listen(anew, "click", () => session.mark());
  return {
    el: h("div", { class: "dlw-tg-header" }, h("p", {}, name, sizes), state, compare, anew),
    update() {
      say(name, model.get("_title"));
      const scores = model.get("_scores");
      say(
        sizes,
        text.sizes(count(model.get("_known")), count(model.get("_names").length)) +
          (scores ? ` · ${text.scores[scores]}` : ""),
      );
      const [follows, steps] = [model.get("_follows"), model.get("_steps")];
      mark(state, "data-on", follows);
      say(state, follows ? text.learns(count(steps)) : steps ? text.learnt(count(steps)) : "");
      const possible = model.get("_kept");
      mark(compare, "title", possible ? text.compareHint : text.noCopy);
      // Until Python has heard of it the box stays as it was clicked.
      if (!session.link.commands.pending("compare")) box.checked = model.get("compare") && possible;
      box.disabled = !possible;
      anew.disabled = !possible;
    },
  };
}
