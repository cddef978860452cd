/** Between pictures: three are picked; the way from a to b, and the sum a − b + c. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { segments } from "../../lib/segments.ts";
import { type Context, held, type Part } from "./session.ts";
import { one, paint, sheet } from "./tiles.ts";

const WAYS = ["linear", "spherical"] as const;

export function between(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const picks = text.slots.map((_, slot) => pick(context, slot));
  const ways = segments(bin, {
    ...{ label: text.way, all: WAYS, names: text.ways, hints: text.wayHint },
    now: () => model.get("path"),
    choose: (way) => session.tell("path", way),
  });
  const scrub = h("input", {
    ...{ type: "range", class: "dlw-range", "aria-label": text.part },
    ...{ min: 0, max: 1, step: 0.01 },
  });
  const where = h("output", {});
  bin.listen(scrub, "input", () => {
    session.travel(Number(scrub.value), false);
    announcer.tell(text.stripName(session.part.toFixed(2)));
  });
  bin.listen(scrub, "change", () => session.travel(Number(scrub.value), true));
  const strip = sheet(bin, {
    label: text.stripLabel,
    pixels: () => session.pixels("_strip"),
    columns: () => session.pixels("_strip").shape[0],
    name: (index) => text.stripName((index / 10).toFixed(1)),
    choose: (index) => session.travel(index / 10, true),
    tell: (said) => announcer.tell(said),
  });
  const total = sum(context);
  const parts = [...picks, ways, strip, total];
  return {
    el: h(
      "div",
      { class: "dlw-le-between" },
      h("div", { class: "dlw-le-picks" }, ...picks.map((part) => part.el), total.el),
      h(
        "div",
        { class: "dlw-le-way" },
        h("div", { class: "dlw-le-scrub" }, h("span", {}, "a → b"), ways.el, scrub, where),
        strip.el,
      ),
    ),
    update() {
      for (const part of parts) part.update();
      if (Number(scrub.value) !== session.part) scrub.value = String(session.part);
      say(where, text.stripName(session.part.toFixed(2)));
      mark(scrub, "aria-valuetext", session.part.toFixed(2));
    },
  };
}

/** One of the three pictures, chosen by its number or in the plane. */
function pick({ bin, model, session, text }: Context, slot: number): Part {
  const name = text.slots[slot]!;
  const canvas = h("canvas", { class: "dlw-le-pixels", role: "img" });
  const last = model.get("_labels").shape[0]! - 1;
  const typed = entry(bin, {
    label: text.pickOf(name),
    digits: 6,
    now: () => model.get("picks")[slot]!,
    put: (value) => session.pick(slot, value),
  });
  mark(typed.el, "title", `0–${last}`);
  const arm = h("button", {
    ...{ type: "button", class: "dlw-button", title: text.pickHint(name) },
    "aria-label": text.pickHint(name),
  }, text.pickPlane);
  bin.listen(arm, "click", () => {
    session.armed = session.armed === slot ? null : slot;
    session.changed();
  });
  const label = h("b");
  let shown: unknown = null;
  return {
    el: h("div", { class: "dlw-le-pick" }, label, canvas, typed.el, arm),
    update() {
      typed.update();
      const pixels = session.pixels("_picked");
      const index = model.get("picks")[slot]!;
      const of = held(model.get("_labels"))[index] ?? -1;
      const known = of < 0 ? "" : model.get("_classes")[of] ?? String(of);
      if (shown !== pixels.data) paint(canvas, one(pixels, slot), 1);
      shown = pixels.data;
      say(label, known ? `${name} (${known})` : name);
      mark(canvas, "aria-label", `${name}: ${text.original(String(index))} ${known}`.trim());
      mark(arm, "aria-pressed", String(session.armed === slot));
    },
  };
}

/** What a − b + c decodes to. */
function sum({ bin, session, text }: Context): Part {
  const canvas = h("canvas", { class: "dlw-le-pixels", role: "img", "aria-label": text.sum });
  const go = h("button", { type: "button", class: "dlw-button" }, text.sumGo);
  bin.listen(go, "click", () => session.jump("sum"));
  let shown: unknown = null;
  return {
    el: h(
      "div",
      { class: "dlw-le-pick dlw-le-sum", title: text.sumHint },
      h("b", {}, text.sum),
      canvas,
      go,
    ),
    update() {
      const pixels = session.pixels("_sum");
      if (shown !== pixels.data) paint(canvas, pixels, 1);
      shown = pixels.data;
    },
  };
}
