/** What is opened, and what is to be known of how it is shown. */

import { h, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { type Context, held, type Part } from "./session.ts";

export function header({ bin, model, session, text }: Context): Part {
  const [sums, notes] = [h("span", { class: "dlw-le-sums" }), h("ul", { class: "dlw-le-notes" })];
  const again = h("button", { type: "button", class: "dlw-button" }, text.refresh);
  bin.listen(again, "click", () => session.tell("refresh"));
  const stale = h("p", { class: "dlw-le-stale", role: "status" }, h("span", {}, text.stale), again);
  const name = h("b", { class: "dlw-le-title" }, model.get("_title") || text.anyPair);
  let known: unknown = null;
  return {
    el: h("div", { class: "dlw-le-header" }, h("div", {}, name, sums), notes, stale),
    update() {
      const dead = held(model.get("_dead")).reduce((a, b) => a + b, 0);
      const unit = model.get("_variational") ? text.deadKl : text.deadVariance;
      const points = model.get("_labels").shape[0]!;
      say(
        sums,
        [
          text.dimensions(String(session.z.length)),
          ...(dead ? [text.dead(String(dead), unit)] : []),
          text.points(count(points)),
        ].join(" · "),
      );
      stale.hidden = !model.get("_stale");
      if (known === model.get("_notes")) return;
      known = model.get("_notes");
      notes.replaceChildren(
        ...model.get("_notes").map(({ code, values }) => {
          const words = text.notes[code as keyof typeof text.notes] as
            | string
            | ((...values: string[]) => string);
          const said = values.map((value) => value.replace("-", "−"));
          return h("li", {}, typeof words === "string" ? words : words(...said));
        }),
      );
      notes.hidden = !notes.childElementCount;
    },
  };
}
