/** What is opened, where in it we are, and whether torch agrees. */

import { badge, compared } from "../../lib/badge.ts";
import type { Disposer } from "../../lib/dispose.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Net, Part } from "./session.ts";
import type { Words } from "./words.ts";

export function header(context: Context): Part {
  const { bin, language, model, session, text } = context;
  const name = h("b", { class: "dlw-ls-title" });
  const sums = h("span", { class: "dlw-ls-soft" });
  const verdict = badge(() => {
    const apart = model.get("_progress") < 1 ? null : model.get("_apart");
    const found = compared(language, { apart, gone: session.link.gone });
    const held = model.get("_held").length > 0 && found.tone === "good";
    return held ? { ...found, hint: `${text.heldBadge}${model.get("_apart")}` } : found;
  });
  const restore = h("button", { type: "button", class: "dlw-button", title: text.restoreHint });
  restore.append(text.restore);
  bin.listen(restore, "click", () => session.tell("restore"));
  const where = places(context);
  const told = notes(context);
  return {
    el: h(
      "div",
      { class: "dlw-ls-header" },
      h("div", { class: "dlw-ls-line" }, name, sums, restore, verdict.el),
      where.el,
      told.el,
    ),
    update() {
      const { net } = session;
      say(name, `${net.title} ${net.features} → ${net.hidden}`);
      say(sums, sizes(net, text));
      restore.disabled = !model.get("_changed") || session.link.gone;
      verdict.update();
      where.update();
      told.update();
    },
  };
}

function sizes(net: Net, text: Words): string {
  return [
    ...(net.layers > 1 ? [text.layers(String(net.layers))] : []),
    ...(net.directions > 1 ? [text.both] : []),
    ...(net.out === net.hidden ? [] : [text.projected(String(net.out))]),
    text.steps(count(net.steps)),
  ].join(" · ");
}

/** Layer, direction and sequence, where there is a choice. */
function places({ bin, model, session, text }: Context): Part {
  const el = h("div", { class: "dlw-ls-places" });
  let parts: Part[] = [];
  let known = "";
  const build = (net: Net): void => {
    const layers = Array.from({ length: net.layers }, (_, i) => String(i));
    const now = (): { layer: number; direction: string } => ({
      layer: model.get("layer"),
      direction: model.get("direction"),
    });
    parts = [
      ...(net.layers > 1
        ? [segments(bin, {
          label: text.layer,
          all: layers,
          names: Object.fromEntries(layers.map((one) => [one, text.layerName(one)])),
          now: () => String(model.get("layer")),
          choose: (one) => session.tell("turn", { ...now(), layer: Number(one) }),
        })]
        : []),
      ...(net.directions > 1
        ? [segments(bin, {
          label: text.direction,
          all: ["forward", "reverse"] as const,
          names: text.directions,
          now: () => model.get("direction"),
          choose: (one) => session.tell("turn", { ...now(), direction: one }),
        })]
        : []),
      ...(net.lengths.length > 1 ? [sequences(bin, net, { model, session, text } as Context)] : []),
    ];
    el.replaceChildren(...parts.map((part) => part.el));
    el.hidden = parts.length === 0;
  };
  return {
    el,
    update() {
      const { net } = session;
      const key = JSON.stringify([net.layers, net.directions, net.lengths.length]);
      if (key !== known) build(net);
      known = key;
      for (const part of parts) part.update();
    },
  };
}

function sequences(bin: Disposer, net: Net, { model, session, text }: Context): Part {
  const many = net.lengths.length;
  const entry = h("input", {
    ...{ type: "number", class: "dlw-entry", min: 0, max: many - 1, step: 1 },
    "aria-label": text.sequence,
  });
  const name = h("span", {});
  bin.listen(entry, "change", () => {
    const chosen = Math.max(0, Math.min(many - 1, Math.round(Number(entry.value) || 0)));
    session.tell("look", { sequence: chosen });
  });
  return {
    el: h("label", { class: "dlw-ls-sequence" }, text.sequence, entry, name),
    update() {
      if (document.activeElement !== entry) entry.value = String(model.get("sequence"));
      say(name, `/ ${many - 1}`);
    },
  };
}

/** What the user should know: of the input, of NaN, of weights that have changed. */
function notes({ bin, language, model, session, text }: Context): Part {
  const list = h("ul", { class: "dlw-ls-notes" });
  const broken = h("p", { class: "dlw-ls-broken", role: "status" });
  const again = h("button", { type: "button", class: "dlw-button" }, text.refresh);
  bin.listen(again, "click", () => session.tell("refresh"));
  const stale = h("p", { class: "dlw-ls-stale", role: "status" }, h("span", {}, text.stale), again);
  const going = h("p", { class: "dlw-ls-stale", role: "status" });
  let known: unknown = null;
  return {
    el: h("div", {}, list, broken, stale, going),
    update() {
      const first = model.get("_broken");
      broken.hidden = first < 0;
      say(broken, first < 0 ? "" : text.broken(count(first)));
      stale.hidden = !model.get("_stale");
      const progress = model.get("_progress");
      going.hidden = progress >= 1;
      say(going, progress < 1 ? text.progress(String(Math.floor(100 * progress))) : "");
      if (known === model.get("_notes")) return;
      known = model.get("_notes");
      list.replaceChildren(...model.get("_notes").map((note) => h("li", {}, note[language])));
      mark(list, "hidden", list.childElementCount === 0);
    },
  };
}
