/** What is run on, from where, for how long; and whether torch agrees. */

import { badge, compared } from "../../lib/badge.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Part } from "./session.ts";

export function header(context: Context): Part {
  const { bin, language, model, session, text } = context;
  const tabs = segments(bin, {
    label: text.tab,
    all: ["race", "schedules"] as const,
    names: text.tabs,
    now: () => model.get("tab"),
    choose: (tab) => session.choose({ tab }),
  });
  const surface = h("select", { class: "dlw-entry dlw-op-select", "aria-label": text.surface });
  surface.append(
    ...model.get("_surfaces").map((name) =>
      h("option", { value: name }, text.surfaces[name] ?? name)
    ),
  );
  bin.listen(surface, "change", () => session.ask("surface", surface.value));
  const place = ([0, 1] as const).map((which) =>
    entry(bin, {
      label: text.startOf("xy"[which]!),
      digits: 5,
      now: () => session.start[which]!,
      put: (value) =>
        session.begin(which ? session.start[0]! : value, which ? value : session.start[1]!),
    })
  );
  const start = h("span", { class: "dlw-op-start" }, text.start, ...place.map((one) => one.el));
  const steps = entry(bin, {
    label: text.steps,
    digits: 5,
    now: () => session.steps,
    put: (value) => session.ask("steps", value),
  });
  const source = h("code", { class: "dlw-op-source" });
  const seal = badge(() => {
    const { apart } = session;
    if (apart === null && !session.waiting && !session.link.gone) {
      return { look: "ring", tone: "none", label: text.noTerms, hint: text.noTermsHint };
    }
    return compared(language, { apart: session.waiting ? null : apart, gone: session.link.gone });
  });
  const ground = h("span", { class: "dlw-op-on" }, surface, source, start);
  return {
    el: h(
      "div",
      { class: "dlw-op-header" },
      tabs.el,
      ground,
      h("label", { class: "dlw-op-start" }, text.steps, steps.el),
      seal.el,
    ),
    update() {
      for (const part of [tabs, steps, seal, ...place]) part.update();
      ground.hidden = seal.el.hidden = model.get("tab") !== "race";
      const now = model.get("_surface");
      if (!session.waiting && surface.value !== now) surface.value = now;
      const written = model.get("_source");
      source.hidden = !written || written === model.get("_surface");
      say(source, written ? `f = ${written}` : "");
      mark(source, "title", written);
      start.hidden = !session.window.length;
      surface.disabled = session.link.gone;
    },
  };
}
