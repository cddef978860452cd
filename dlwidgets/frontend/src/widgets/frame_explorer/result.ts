/** What the selection gives: its type, shape, dtype, and the thing itself. */

import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { ruled, type RuledPart } from "./ruled.ts";
import type { Context, Part } from "./session.ts";
import { tuple, visible } from "./texts.ts";

export function result(context: Context, frame: RuledPart): Part {
  const { bin, session, text } = context;
  const kind = h("b", { class: "dlw-fe-kind" });
  const shape = h("span");
  const dtype = h("span", { class: "dlw-fe-dtype" });
  const lit = h("span", { class: "dlw-fe-lit" });
  const show = h("button", { type: "button", class: "dlw-button dlw-fe-show" }, text.showLit);
  bin.listen(show, "click", () => {
    const [row, column] = session.model.get("_outcome").first;
    if (row !== undefined) frame.go(row, column!);
  });
  const value = h("output", { class: "dlw-fe-value", dir: "auto" });
  const none = h("p", { class: "dlw-fe-none" });
  const sheet = ruled(context, { grid: "result", label: text.result, height: 172 });
  return {
    el: h(
      "section",
      { class: "dlw-fe-result", "aria-label": text.result },
      h("h3", {}, text.result, kind, shape, dtype, lit, show),
      value,
      none,
      sheet.el,
    ),
    update() {
      const outcome = session.model.get("_outcome");
      const refused = outcome.error.reason !== "";
      const scalar = outcome.kind === "scalar";
      mark(kind, "data-kind", outcome.kind);
      say(kind, text.kinds[outcome.kind]!);
      say(shape, refused || scalar ? "" : text.shape(tuple(outcome.shape)));
      say(dtype, refused ? "" : visible(outcome.dtype));
      // In a narrow column there is room for its beginning alone.
      mark(dtype, "title", dtype.textContent);
      say(
        lit,
        refused
          ? ""
          : outcome.computed
          ? text.computed(count(outcome.lit))
          : text.lit(count(outcome.lit)),
      );
      show.disabled = outcome.first.length === 0;
      value.hidden = !scalar || refused;
      say(value, scalar ? visible(outcome.value) : "");
      none.hidden = !refused;
      say(none, text.none);
      sheet.el.hidden = refused || scalar;
      if (!sheet.el.hidden) sheet.update();
    },
  };
}
