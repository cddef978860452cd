/** The words of a sentence in a row; a click goes to one. */

import { h, mark, say } from "../../lib/dom.ts";
import { type Context, held, type Part } from "./session.ts";

export function strip({ bin, model, session, text }: Context): Part {
  const el = h("div", { class: "dlw-ls-strip", role: "group", "aria-label": text.words });
  let buttons: HTMLButtonElement[] = [];
  bin.listen(el, "click", (event) => {
    const at = buttons.indexOf((event.target as Element).closest("button")!);
    if (at < 0) return;
    session.player.pause();
    session.go(held(model.get("_columns"))[at]!, session.unit);
  });
  bin.listen<KeyboardEvent>(el, "keydown", (event) => {
    if (!session.player.key(event)) return;
    buttons[session.column(session.step)]?.focus();
  });
  return {
    el,
    update() {
      const words = model.get("_words");
      el.hidden = words.length === 0;
      if (words.length !== buttons.length) {
        buttons = words.map(() => h("button", { type: "button" }));
        el.replaceChildren(...buttons);
      }
      const here = session.column(session.step);
      buttons.forEach((button, at) => {
        // Of an empty word there must be something to point at.
        say(button, words[at] || "·");
        mark(button, "aria-pressed", String(at === here));
        // One stop for the Tab key, the arrows do the rest.
        mark(button, "tabindex", at === here ? "0" : "-1");
      });
    },
  };
}
