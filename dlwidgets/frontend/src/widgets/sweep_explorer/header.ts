/** The top line: what was swept, and the scale of losses. */

import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import type { Context, Part } from "./session.ts";

export function header({ bin, model, session, text }: Context): Part {
  const name = h("b", { class: "dlw-sw-name" }, text.title(model.get("_optimizer")));
  const sums = h(
    "span",
    { class: "dlw-sw-sums" },
    [text.runs(count(session.runs)), text.steps(count(model.get("_count"))), text.shared]
      .join(" · "),
  );
  const scale = h("div", { class: "dlw-segments", role: "group", "aria-label": text.scale });
  const buttons = ([false, true] as const).map((log) => {
    const button = h("button", { type: "button" }, log ? text.log : text.linear);
    bin.listen(button, "click", () => session.scale(log));
    scale.append(button);
    return button;
  });
  const why = model.get("_apart");
  const apart = h("p", { class: "dlw-sw-apart", hidden: !why });
  say(apart, why ? text.apart(why) : "");
  const line = h("div", { class: "dlw-sw-line" }, name, sums, scale);
  return {
    el: h("div", { class: "dlw-sw-header" }, line, apart),
    update() {
      buttons.forEach((button, i) => {
        mark(button, "aria-pressed", String(model.get("log_scale") === (i === 1)));
      });
    },
  };
}
