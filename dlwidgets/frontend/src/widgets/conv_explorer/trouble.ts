/** Why torch refuses what the controls say, and the way out. */

import { h, say } from "../../lib/dom.ts";
import { nearestValid, type Setting } from "./arithmetic/mod.ts";
import type { Context, Part } from "./part.ts";
import { because, inequality } from "./rule_words.ts";

/** What differs between two settings: `padding=1, kernel_size=3`. */
export function changes(from: Setting, to: Setting): string {
  const literal = (value: unknown): string =>
    Array.isArray(value)
      ? value[0] === value[1] ? String(value[0]) : `(${value.join(", ")})`
      : typeof value === "boolean"
      ? value ? "True" : "False"
      : typeof value === "string"
      ? `"${value}"`
      : String(value);
  const keys = Object.keys(to) as (keyof Setting)[];
  return keys.filter((key) => String(from[key]) !== String(to[key]))
    .map((key) => `${key}=${literal(to[key])}`).join(", ");
}

/** Lies over the foot of the grids, which stay as they were. */
export function trouble(context: Context): Part {
  const { announcer, bin, language, session, text } = context;
  const [why, numbers, torch] = [h("p"), h("code"), h("p", { class: "dlw-cv-torch" })];
  const use = h("button", { type: "button", class: "dlw-button" });
  const back = h("button", { type: "button", class: "dlw-button" }, text.back);
  const buttons = h("div", { class: "dlw-cv-ways" }, use, back);
  const el = h("div", { class: "dlw-cv-trouble", hidden: true }, why, numbers, torch, buttons);
  let nearest: Setting | null = null;
  let known = "";
  bin.listen(use, "click", () => {
    if (nearest) session.ask(nearest);
  });
  bin.listen(back, "click", () => session.back());
  return {
    el,
    update() {
      const [first] = session.problems;
      el.hidden = first === undefined;
      const { refusal } = session.commands;
      const said = refusal?.key === "set" ? refusal.text : "";
      torch.hidden = !said;
      say(torch, text.torchSays(said));
      const key = first ? JSON.stringify(session.draft) : "";
      if (key === known) return;
      known = key;
      if (!first) return;
      nearest = nearestValid(session.draft);
      say(why, because(language, first));
      say(numbers, inequality(first));
      say(use, text.use(changes(session.draft, nearest)));
      announcer.tell(because(language, first));
    },
  };
}
