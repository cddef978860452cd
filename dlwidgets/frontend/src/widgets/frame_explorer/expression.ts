/** The line that selects: it follows the hand, and can be typed into. */

import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { common } from "../../lib/i18n.ts";
import type { Context, Part } from "./session.ts";
import { parted, visible } from "./texts.ts";

export function expression(context: Context): Part {
  const { announcer, bin, language, session, text } = context;
  const entry = h("input", {
    ...{ type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" },
    ...{ class: "dlw-code-text", dir: "ltr", "aria-label": text.expression, maxlength: 5000 },
  });
  // The line keeps the copy button; the text is typed into the entry before it.
  const copied = codeLine(bin, common[language], announcer);
  copied.el.firstElementChild!.replaceWith(entry);
  const hint = h("p", { hidden: true }, text.atEnter);
  let typing = false;
  let typed = "";
  const take = (final: boolean): void => {
    typed = entry.value;
    typing = !final;
    if (final || !session.large) session.type(typed, final);
    hint.hidden = final || !session.large;
  };
  bin.listen<InputEvent>(entry, "input", (event) => {
    // What an input method has not finished is no text yet.
    if (!event.isComposing) take(false);
    else typing = true;
  });
  bin.listen(entry, "compositionend", () => take(false));
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.isComposing) return;
    const { nearest } = session.model.get("_outcome").error;
    if (event.key === "Enter") take(true);
    else if (event.key === "Escape") {
      typing = false;
      entry.value = session.model.get("_outcome").code;
      session.type(entry.value, true);
    } else if (event.key === "ArrowDown" && nearest) {
      typing = false;
      session.type(nearest, true);
      event.preventDefault();
    }
  });
  bin.listen(entry, "blur", () => {
    if (typing) take(true);
    session.changed();
  });
  const refused = refusal(context);
  refused.el.append(hint);
  return {
    el: h("div", { class: "dlw-fe-expression" }, copied.el, refused.el),
    update() {
      const outcome = session.model.get("_outcome");
      const now = outcome.error.reason ? outcome.typed || outcome.code : outcome.code;
      copied.set(outcome.code || outcome.typed);
      const waiting = typing || (entry.value === typed && session.link.commands.pending("select"));
      if (!waiting && entry.value !== now) entry.value = now;
      mark(entry, "aria-invalid", outcome.error.reason ? "true" : undefined);
      refused.update();
    },
  };
}

/** What pandas says against it, or we do: the place in the text, plain words, what would work. */
function refusal(context: Context): Part {
  const { bin, say: inWords, session, text } = context;
  const place = h("code", { class: "dlw-fe-place", dir: "ltr" });
  const error = h("code", { class: "dlw-fe-error", dir: "ltr" });
  const words = h("span");
  const nearest = h("button", { type: "button", class: "dlw-button dlw-fe-nearest" });
  const line = h("p", {}, words, " ", nearest);
  const notes = h("p", { class: "dlw-fe-notes" });
  bin.listen(nearest, "click", () => {
    session.type(session.model.get("_outcome").error.nearest, true);
  });
  return {
    el: h(
      "div",
      { class: "dlw-fe-refusal" },
      place,
      error,
      line,
      notes,
    ),
    update() {
      const { code, error: found, notes: told, typed, warnings } = session.model.get("_outcome");
      const refused = found.reason !== "";
      const marked = refused && found.start >= 0;
      place.hidden = !marked;
      if (marked) {
        const [before, inside, after] = parted(typed || code, found.start, found.stop);
        place.replaceChildren(
          before.length > 60 ? `…${visible(before.slice(-60))}` : visible(before),
          h("mark", {}, inside ? visible(inside) : "␣"),
          visible(after).slice(0, 60),
        );
      }
      error.hidden = !found.exception;
      say(error, found.exception ? `${found.exception}: ${visible(found.message)}` : "");
      line.hidden = !refused;
      say(words, inWords(found.words));
      nearest.hidden = !found.nearest;
      say(nearest, found.nearest ? text.nearest(visible(found.nearest)) : "");
      const said = refused ? [] : [...told.map(inWords), ...warnings.map(visible)];
      notes.hidden = said.length === 0;
      say(notes, said.join(" · "));
    },
  };
}
