/** What is forecast, how far the training is, whether naive is beaten; and the knobs. */

import { badge, type Verdict } from "../../lib/badge.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { knob } from "../../lib/knobs.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

export function header(context: Context): Part {
  const { language, model, session, text } = context;
  const column = model.get("_column");
  const title = model.get("_title")[language] || text.untitled;
  const name = h("b", { class: "dlw-fc-name" }, column ? `${title} · ${column}` : title);
  const made = h("span", { class: "dlw-fc-made", title: text.syntheticHint }, text.synthetic);
  made.hidden = !model.get("_synthetic");
  const notes = model.get("_notes").map((note) => note[language]);
  const about = h("span", { class: "dlw-fc-about" });
  const state = h("span", { class: "dlw-fc-state" });
  const seal = badge(() => verdict(context));
  const bar = h("i", { class: "dlw-progress", "aria-hidden": "true" });
  return {
    el: h(
      "div",
      { class: "dlw-fc-header" },
      h("div", { class: "dlw-fc-line" }, name, made, about, state, seal.el),
      bar,
    ),
    update() {
      const [mean, std] = unpack(model.get("_scale"));
      const days = text.days(count(session.truth.length));
      const scaled = text.scaled(quantity(mean), quantity(std));
      say(about, [days, ...notes, scaled].join(" · "));
      const { done, total } = model.get("_state");
      const steps = count(total);
      const going = !model.get("_done");
      say(
        state,
        going ? text.training(String(Math.floor(100 * done / total)), steps) : text.trained(
          count(done),
        ),
      );
      bar.style.setProperty("--part", (done / total).toFixed(3));
      mark(bar, "data-going", going);
      seal.update();
    },
  };
}

function verdict({ language, model, session, text }: Context): Verdict {
  const shared = common[language];
  if (session.link.gone) {
    return { look: "warn", tone: "none", label: shared.gone, hint: shared.goneHint };
  }
  const found = model.get("_better")[0] || "none";
  const label = text.badges[found];
  const hint = model.get("_verdicts")[0]?.[language] || label;
  if (found === "yes") return { look: "done", tone: "good", label, hint };
  return {
    look: found === "no" ? "cross" : "ring",
    tone: found === "no" ? "bad" : "none",
    label,
    hint,
  };
}

export function knobs({ bin, model, session, text }: Context): Part {
  const rows = model.get("_knobs").map(({ name }) =>
    knob(bin, {
      name,
      label: text.names[name]!,
      field: text.valueOf(text.names[name]!),
      knob: () => session.knob(name),
      now: () => session.value(session.knob(name)),
      put: (value, last) => session.turning.turn(name, value, last),
      hint: () => session.knob(name).off ? text.off : text.hints[name],
      ...(name === "split" ? { say: () => text.splitAt(session.day(session.split)) } : {}),
    })
  );
  return {
    el: h(
      "div",
      { class: "dlw-knobs", role: "group", "aria-label": text.knobs },
      ...rows.map((row) => row.el),
    ),
    update() {
      for (const row of rows) row.update();
    },
  };
}
