/** The program that plays the same game again, asked for when it is opened. */

import { h, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { codeLine } from "../../lib/code.ts";
import type { Context, Part } from "./session.ts";

export function program({ announcer, bin, language, model, session, text }: Context): Part {
  const body = h("pre", { tabindex: 0, "aria-label": text.program });
  const of = h("span");
  const renew = h("button", { type: "button", class: "dlw-button" }, text.renew);
  const copied = codeLine(bin, common[language], announcer);
  const el = h(
    "details",
    { class: "dlw-gp-program" },
    h("summary", {}, text.program),
    h("div", { class: "dlw-gp-tools" }, of, renew, copied.el),
    body,
  );
  let round = "";
  let known = "";
  bin.listen(el, "toggle", () => {
    if (el.open) session.program();
  });
  bin.listen(renew, "click", () => session.program());
  return {
    el,
    update() {
      const written = model.get("_program");
      if (written === known) return;
      known = written;
      round = count(model.get("_counts")[0] ?? 0);
      say(body, written);
      copied.set(written);
      say(of, written ? text.programOf(round) : "");
    },
  };
}
