/** The top line: what was swept, and the scale of losses. */

import { h, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Part } from "./session.ts";

export function header({ bin, model, session, text }: Context): Part {
  const name = h("b", { class: "dlw-sw-name" }, text.title(model.get("_optimizer")));
  const sums = h(
    "span",
    { class: "dlw-sw-sums" },
    [text.runs(count(session.runs)), text.steps(count(model.get("_count"))), text.shared]
      .join(" · "),
  );
  const scale = segments(bin, {
    label: text.scale,
    all: ["linear", "log"],
    names: { linear: text.linear, log: text.log },
    now: () => model.get("log_scale") ? "log" : "linear",
    choose: (one) => session.scale(one === "log"),
  });
  const why = model.get("_apart");
  const apart = h("p", { class: "dlw-sw-apart", hidden: !why });
  say(apart, why ? text.apart(why) : "");
  const line = h("div", { class: "dlw-sw-line" }, name, sums, scale.el);
  return {
    el: h("div", { class: "dlw-sw-header" }, line, apart),
    update: () => scale.update(),
  };
}
