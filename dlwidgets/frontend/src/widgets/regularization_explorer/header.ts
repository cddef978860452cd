/** What was compared, the mode, the scale, the epoch, and the way to one more arm. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

export function header(context: Context): Part {
  const { bin, model, session, text } = context;
  const seeds = model.get("_seeds").length;
  const sums = [model.get("_data"), text.epochs(model.get("_epochs")), text.seeds(seeds)];
  const mode = segments(bin, {
    label: text.mode,
    all: ["eval", "train"],
    names: { eval: text.evalMode, train: text.trainMode },
    hints: { eval: text.evalHint, train: text.trainHint },
    now: () => session.mode ? "train" : "eval",
    choose: (one) => session.set("training", one === "train"),
  });
  const scale = segments(bin, {
    label: text.scale,
    all: ["linear", "log"],
    names: { linear: text.linear, log: text.log },
    now: () => model.get("log_scale") ? "log" : "linear",
    choose: (one) => session.set("log_scale", one === "log"),
  });
  const warning = h("p", { class: "dlw-rg-forgot" });
  const epoch = slider(context);
  const parts = [mode, scale, epoch];
  return {
    el: h(
      "div",
      { class: "dlw-rg-header" },
      h(
        "div",
        { class: "dlw-rg-line" },
        h("b", {}, text.explorer),
        h("span", { class: "dlw-rg-sums" }, sums.filter(Boolean).join(" · ")),
        h("span", { class: "dlw-rg-mode" }, h("code", {}, "model."), mode.el),
        scale.el,
      ),
      h("div", { class: "dlw-rg-line" }, epoch.el, warning),
    ),
    update() {
      for (const part of parts) part.update();
      say(warning, session.mode ? text.forgot : text.fine);
      mark(warning, "data-tone", session.mode ? "warn" : undefined);
    },
  };
}

function slider({ bin, model, session, text }: Context): Part {
  const range = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: model.get("_epochs"),
    step: 1,
    "aria-label": text.epoch,
  });
  bin.listen(range, "input", () => session.goTo(Number(range.value)));
  const value = h("output", {});
  return {
    el: h("label", { class: "dlw-rg-epoch" }, h("span", {}, text.epoch), range, value),
    update() {
      const now = String(model.get("epoch"));
      if (range.value !== now) range.value = now;
      say(value, now);
    },
  };
}

/** A choice of standard arms that can be trained, with their strength. */
export function adder(context: Context): Part {
  const { bin, model, session, text } = context;
  const kinds = model.get("_kinds");
  if (!kinds.length) return { el: h("p", { class: "dlw-rg-own" }, text.own), update() {} };
  const strengths = Object.fromEntries(
    Object.entries(model.get("_strengths")).map(([kind, ends]) => [kind, unpack(ends)]),
  );
  let kind = "dropout";
  let strength = 0.2;
  const choice = h(
    "select",
    { class: "dlw-entry", "aria-label": text.kind },
    ...kinds.map((one) => h("option", { value: one }, text.kinds[one] ?? one)),
  );
  choice.value = kind;
  bin.listen(choice, "change", () => {
    kind = choice.value;
    strength = strengths[kind]?.[2] ?? NaN;
    session.painter.changed();
  });
  const field = entry(bin, {
    label: text.strength,
    now: () => strength,
    put: (value) => {
      strength = value;
    },
  });
  const button = h("button", { type: "button", class: "dlw-button" });
  const train = (): void =>
    session.link.commands.now("add", "add", {
      kind,
      strength: kind in strengths ? strength : null,
    });
  bin.listen(button, "click", () => {
    if (!session.link.commands.pending("add")) train();
  });
  const took = h("span", { class: "dlw-rg-took" });
  const symbol = h("i", {});
  return {
    el: h("div", { class: "dlw-rg-add" }, choice, symbol, field.el, button, took),
    update() {
      field.update();
      const has = kind in strengths;
      field.el.hidden = symbol.hidden = !has;
      say(symbol, kind === "dropout" ? "p" : "λ");
      mark(field.el, "title", has ? text.between(...ends(strengths[kind]!)) : undefined);
      const busy = session.link.commands.pending("add");
      mark(button, "aria-busy", busy ? "true" : undefined);
      button.disabled = session.link.gone;
      say(button, busy ? text.busy : text.train);
      const mean = session.arms.reduce((sum, arm) => sum + arm.seconds, 0) / session.arms.length;
      say(took, text.takes(quantity(mean, 2)));
    },
  };
}

function ends(values: Float64Array): [string, string] {
  return [quantity(values[0]!, 3), quantity(values[1]!, 3)];
}
