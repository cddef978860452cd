/** What can be turned: at once while it plays, or for a game that begins anew. */

import { h, mark } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { type Knob, knob } from "../../lib/knobs.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Name, Part } from "./session.ts";

const RATES: Knob = { low: 0.00001, high: 1, log: true, whole: false, off: false };
const STEPS: Knob = { low: 1, high: 20, log: true, whole: true, off: false };
const BATCH: Knob = { low: 1, high: 1024, log: true, whole: true, off: false };
const UNITS = [2, 4, 8, 16, 32, 64, 128, 256];
const LAYERS = [0, 1, 2, 3, 4];
const SIZES = [1, 2, 3, 4, 8, 16];

export function knobs(context: Context): Part {
  const { text } = context;
  const going = [
    slider(context, "lr_d", RATES),
    slider(context, "lr_g", RATES),
    slider(context, "d_steps", STEPS),
    choice(context, "loss", text.losses),
    choice(context, "train", text.trains),
  ];
  const anew = [
    targets(context),
    net(context, "D", "hidden_d", "layers_d"),
    net(context, "G", "hidden_g", "layers_g"),
    noise(context),
    slider(context, "batch_size", BATCH),
    last(context),
  ];
  return {
    el: h(
      "div",
      { class: "dlw-gp-knobs" },
      group(text.going, going),
      group(text.anew, anew),
    ),
    update() {
      for (const part of [...going, ...anew]) part.update();
    },
  };
}

function group(title: string, parts: readonly Part[]): HTMLElement {
  const rows = parts.map((part) => part.el);
  return h("section", { role: "group", "aria-label": title }, h("h3", {}, title), ...rows);
}

function slider({ bin, session, text }: Context, name: Name, scale: Knob): Part {
  return knob(bin, {
    name,
    field: text.valueOf(name),
    knob: () => scale,
    now: () => Number(session.value(name)),
    put: (value, end) => session.turn(name, value, end),
    hint: () => text.hints[name],
  });
}

/** One of a few names, side by side. */
function choice(
  { bin, session, text }: Context,
  name: Name,
  names: Readonly<Record<string, string>>,
): Part {
  const part = segments(bin, {
    label: name,
    all: Object.keys(names),
    names,
    now: () => String(session.value(name)),
    choose: (one) => session.turn(name, one),
  });
  const el = h("div", { class: "dlw-knob", title: text.hints[name] });
  el.append(h("code", {}, name), part.el);
  return { el, update: () => part.update() };
}

/** A list of numbers; one that is not in it, as Python may set, stands there too. */
function list({ bin, session, text }: Context, name: Name, all: readonly number[]): Part {
  const el = h("select", { class: "dlw-entry", "aria-label": name, title: text.hints[name] });
  let known = "";
  bin.listen(el, "change", () => session.turn(name, Number(el.value)));
  return {
    el,
    update() {
      const now = Number(session.value(name));
      const some = all.includes(now) ? all : [...all, now].sort((a, b) => a - b);
      if (some.join() !== known) {
        el.replaceChildren(...some.map((one) => h("option", { value: one }, String(one))));
      }
      known = some.join();
      if (el.value !== String(now)) el.value = String(now);
    },
  };
}

function row(name: string, ...parts: readonly (Part | string)[]): Part {
  const el = h("div", { class: "dlw-knob" }, h("code", {}, name));
  const inner = h("span", { class: "dlw-gp-row" });
  inner.append(...parts.map((part) => typeof part === "string" ? part : part.el));
  el.append(inner);
  return {
    el,
    update() {
      for (const part of parts) if (typeof part !== "string") part.update();
    },
  };
}

function net(context: Context, name: string, hidden: Name, layers: Name): Part {
  return row(name, list(context, layers, LAYERS), "×", list(context, hidden, UNITS));
}

function noise(context: Context): Part {
  const { bin, session, text } = context;
  const kind = segments(bin, {
    label: "noise",
    all: Object.keys(text.noises),
    names: text.noises,
    now: () => String(session.value("noise")),
    choose: (one) => session.turn("noise", one),
  });
  mark(kind.el, "title", text.hints["noise"]);
  return row("noise", kind, "×", list(context, "noise_size", SIZES));
}

function last(context: Context): Part {
  const { bin, session, text } = context;
  const kind = segments(bin, {
    label: "optimizer",
    all: ["adam", "sgd"] as const,
    names: { adam: "Adam", sgd: "SGD" },
    now: () => session.value("optimizer") as "adam" | "sgd",
    choose: (one) => session.turn("optimizer", one),
  });
  mark(kind.el, "title", text.hints["optimizer"]);
  const seed = entry(bin, {
    label: "seed",
    digits: 10,
    now: () => Number(session.value("seed")),
    put: (value) => session.turn("seed", Math.round(value)),
  });
  mark(seed.el, "title", text.hints["seed"]);
  return row("optimizer", kind, h2("seed"), seed);
}

function h2(name: string): Part {
  return { el: h("code", {}, name), update: () => {} };
}

function targets(context: Context): Part {
  const { bin, model, session, text } = context;
  const el = h(
    "select",
    { class: "dlw-entry", "aria-label": "target", title: text.target },
    ...model.get("_targets").map((one) => h("option", { value: one }, text.targets[one] ?? one)),
  );
  bin.listen(el, "change", () => {
    // Points of one's own are there once they are drawn.
    if (el.value === "own" && !model.get("_mine")) session.draw(true);
    else session.turn("target", el.value);
    session.painter.changed();
  });
  const part = {
    el,
    update() {
      const now = session.drawing ? "own" : String(session.value("target"));
      if (el.value !== now) el.value = now;
    },
  };
  return row("target", part);
}
