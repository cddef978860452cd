/** All ways to write the selection; each has been run and compared, the usual one first. */

import { codeLine } from "../../lib/code.ts";
import { h, say } from "../../lib/dom.ts";
import { common } from "../../lib/i18n.ts";
import type { Context, Part } from "./session.ts";

/** Milliseconds for which the selection must stand still before others are tried. */
const CALM = 250;

export function spellings(context: Context): Part {
  const { announcer, bin, language, say: inWords, session, text } = context;
  const list = h("ol", { class: "dlw-fe-spellings", "aria-label": text.spellings });
  const note = h("p", { class: "dlw-fe-none" });
  const lines: { el: HTMLElement; set(code: string, words: string, usual: boolean): void }[] = [];
  const add = (): void => {
    const line = codeLine(bin, common[language], announcer);
    const [words, usual] = [h("span"), h("b", {}, text.usual)];
    const use = h("button", { type: "button", class: "dlw-button dlw-fe-use" }, text.use);
    let shown = "";
    bin.listen(use, "click", () => session.type(shown, true));
    line.el.append(use);
    const el = h("li", {}, line.el, h("small", {}, usual, words));
    lines.push({
      el,
      set(code, said, first) {
        shown = code;
        line.set(code);
        say(words, said);
        usual.hidden = !first;
      },
    });
  };
  let [version, begun] = [-1, false];
  let wait = (): void => {};
  return {
    el: h(
      "section",
      { class: "dlw-fe-others", "aria-label": text.spellings },
      h("h3", {}, text.spellings, h("span", {}, text.verified)),
      list,
      note,
    ),
    update() {
      const { done, rows, version: now } = session.model.get("_spellings");
      const { computed, error, kind } = session.model.get("_outcome");
      while (lines.length < rows.length) add();
      rows.forEach((row, at) => lines[at]!.set(row.code, inWords(row.words), row.idiomatic));
      const shown = lines.slice(0, rows.length).map((line) => line.el);
      if (list.childElementCount !== shown.length) list.replaceChildren(...shown);
      note.hidden = rows.length > 0;
      say(
        note,
        error.reason
          ? text.none
          : !done
          ? text.comparing
          : computed || kind === "Index" || kind === "other"
          ? text.noSpellingsComputed
          : text.noSpellings,
      );
      if (done || session.link.gone) return;
      // A new selection waits until the hand rests; then it goes on until all are done.
      if (version !== now) {
        [version, begun] = [now, false];
        wait();
        wait = bin.timer(CALM, () => {
          begun = true;
          session.spell();
        });
      } else if (begun && !session.link.commands.pending("spell")) session.spell();
    },
  };
}
