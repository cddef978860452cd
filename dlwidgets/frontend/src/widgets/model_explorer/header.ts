/** The top line: what the model amounts to, how it is run; notes and torch's error below it. */

import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { icon } from "../../lib/icons.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Part, Traits } from "./session.ts";

/** Name, sums, mode and refresh. */
export function header({ bin, model, session, text }: Context): Part {
  const name = h("b", { class: "dlw-me-name" });
  const sums = h("span", { class: "dlw-me-sums", title: text.multiplyHint });
  const modes = segments(bin, {
    label: text.mode,
    all: ["eval", "own"],
    names: { eval: text.eval, own: text.own },
    hints: { eval: text.evalHint, own: text.ownHint },
    now: () => model.get("mode"),
    choose: (mode) => session.link.commands.now("mode", "mode", mode),
    disabled: () => session.link.gone,
  });
  const refresh = h(
    "button",
    { type: "button", class: "dlw-button dlw-me-refresh", title: text.refreshHint },
    text.refresh,
  );
  bin.listen(refresh, "click", () => session.link.commands.now("refresh", "refresh"));
  const el = h("div", { class: "dlw-me-header" }, name, sums, modes.el, refresh);
  return {
    el,
    update() {
      const total = model.get("_total");
      say(name, model.get("_title"));
      say(sums, [...sumsOf(total, text)].join(" · "));
      modes.el.hidden = !model.get("_fed");
      modes.update();
      refresh.disabled = session.link.gone;
      mark(refresh, "aria-busy", session.link.commands.pending("refresh") ? "true" : undefined);
    },
  };
}

function* sumsOf(total: Traits["_total"], text: Context["text"]): Generator<string> {
  const { parameters, trainable, multiply_adds: adds, samples } = total;
  if (parameters === null) yield text.parameters(text.lazy);
  else {
    yield text.parameters(count(parameters));
    if (parameters > 0) {
      yield trainable === parameters
        ? text.allTrained
        : trainable === 0
        ? text.noneTrained
        : text.someTrained(count(trainable));
    }
  }
  if (adds !== null) yield text.multiplyAdds(count(adds));
  if (samples !== null) yield text.batch(count(samples));
}

/** What was done to the input; how to give one; torch's own words where the pass failed. */
export function remarks({ language, model, text }: Context): Part {
  const notes = h("p", { class: "dlw-me-notes" });
  const error = h("b");
  const place = h("span");
  const alert = h("div", { class: "dlw-me-error", role: "alert" }, icon("warn"), error, place);
  return {
    el: h("div", { class: "dlw-me-remarks" }, notes, alert),
    update() {
      const { error: what, place: where, cut } = model.get("_total");
      const all = model.get("_notes").map((note) => note[language]);
      if (!model.get("_fed")) all.unshift(text.structure);
      if (cut > 0) all.push(text.cut(count(cut)));
      say(notes, all.join(" · "));
      notes.hidden = all.length === 0;
      alert.hidden = !what;
      say(error, what);
      say(place, where[language]);
    },
  };
}

/** The bottom line: keys, or what the user should know just now. */
export function notice({ session, text }: Context): Part {
  const el = h("div", { class: "dlw-me-notice" });
  return {
    el,
    update() {
      const { late, refusal } = session.link.commands;
      const [tone, words] = session.link.gone
        ? ["bad", text.gone]
        : refusal
        ? ["bad", refusal.text]
        : late
        ? ["warn", text.late]
        : ["", text.keys];
      mark(el, "data-tone", tone || undefined);
      mark(el, "title", words);
      say(el, words);
    },
  };
}
