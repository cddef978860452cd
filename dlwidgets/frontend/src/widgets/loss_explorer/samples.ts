/** A block for each sample: a row for each class, with slider, probability, loss and gradient. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import type { Context, Part } from "./session.ts";

/** Logits are dragged between these; others can be typed. */
const REACH = 8;

export function samples(context: Context): Part {
  const el = h("div", { class: "dlw-lo-samples" });
  let drawn = "";
  let parts: Part[] = [];
  return {
    el,
    update() {
      const { kind, samples, classes } = context.session.task;
      const key = `${kind} ${samples} ${classes}`;
      if (key !== drawn) {
        parts = Array.from({ length: samples }, (_, i) => sample(context, i));
        el.replaceChildren(...parts.map((part) => part.el));
      }
      drawn = key;
      for (const part of parts) part.update();
    },
  };
}

/** How people call a class. */
export function nameOf({ model }: Context, index: number): string {
  return model.get("_labels")[index] ?? String(index);
}

function sample(context: Context, index: number): Part {
  const { session, text } = context;
  const { classes, kind } = session.task;
  const title = h("th", { scope: "col" }, text.sample(String(index)));
  const third = { cross_entropy: text.probability, bce: text.sigmoid, mse: "" }[kind];
  const head = h(
    "tr",
    {},
    title,
    h("th", { scope: "col" }, text.target),
    h("th", { scope: "col" }, kind === "mse" ? text.prediction : text.logit),
    ...(third ? [h("th", { scope: "col", title: text.softmaxHint }, third)] : []),
    h("th", { scope: "col" }, text.term),
    h("th", { scope: "col", title: text.gradientHint }, text.gradient),
  );
  const rows = Array.from({ length: classes }, (_, c) => row(context, index, c));
  const name = {
    class: "dlw-lo-sample",
    "data-kind": kind,
    "aria-label": text.sample(String(index)),
  };
  return {
    el: h("table", name, h("thead", {}, head), h("tbody", {}, ...rows.map((one) => one.el))),
    update() {
      for (const one of rows) one.update();
    },
  };
}

function row(context: Context, sample: number, index: number): Part {
  const { bin, session, text } = context;
  const { classes, kind } = session.task;
  const at = sample * classes + index;
  const called = nameOf(context, index);
  const target = kind === "cross_entropy"
    ? choice(context, sample, index)
    : number(context, "target", at, text.targetOf(String(sample), called));
  const label = text.logitOf(String(sample), called);
  const slider = h("input", {
    type: "range",
    class: "dlw-range",
    min: -REACH,
    max: REACH,
    step: 0.05,
    "aria-label": label,
  });
  bin.listen(slider, "input", () => session.put("logits", at, Number(slider.value)));
  const typed = number(context, "logits", at, label);
  const [share, term] = [bar("part"), h("td", { class: "dlw-lo-number" })];
  const gradient = bar("signed");
  const el = h(
    "tr",
    {},
    h("th", { scope: "row" }, called),
    h("td", {}, target.el),
    h("td", { class: "dlw-lo-logit" }, h("div", {}, slider, typed.el)),
    ...(kind === "mse" ? [] : [share.el]),
    term,
    gradient.el,
  );
  return {
    el,
    update() {
      const { result, task } = session;
      target.update();
      typed.update();
      const held = String(task.logits[at]);
      if (Number(slider.value) !== task.logits[at]) slider.value = held;
      mark(slider, "aria-valuetext", quantity(task.logits[at], 4));
      const own = task.kind === "cross_entropy";
      const hit = own && task.target[sample] === index;
      mark(el, "data-hit", hit);
      share.set(result.probabilities[at]!, 1);
      // Cross entropy has one term a sample: it stands beside the right class.
      put(term, own ? hit ? result.terms[sample] : undefined : result.terms[at]);
      const most = result.gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      gradient.set(result.gradient[at]!, most);
    },
  };
}

/** A number that can be typed. */
function number(
  { bin, session }: Context,
  name: "logits" | "target" | "weight",
  at: number,
  label: string,
): Part {
  return entry(bin, {
    label,
    now: () => session.task[name][at]!,
    put: (value) => session.put(name, at, value),
  });
}

/** Which class is the right one. */
function choice(context: Context, sample: number, index: number): Part {
  const { bin, session, text } = context;
  const el = h("input", {
    type: "radio",
    name: `${context.group}-${sample}`,
    "aria-label": text.targetOf(String(sample), nameOf(context, index)),
  });
  bin.listen(el, "change", () => session.put("target", sample, index));
  return {
    el,
    update() {
      el.checked = session.task.target[sample] === index;
    },
  };
}

/** Shows a number in short, in full under the pointer; nothing where there is none. */
function put(el: HTMLElement, value: number | undefined): void {
  say(el, value === undefined ? "" : quantity(value, 3));
  mark(el, "title", value === undefined ? undefined : quantity(value, 8));
}

/** A number with a bar behind it: from the left, or from the middle to either side. */
function bar(kind: "part" | "signed"): { el: HTMLElement; set(value: number, most: number): void } {
  const [fill, text] = [h("i"), h("span")];
  const el = h("td", { class: "dlw-lo-bar", "data-kind": kind }, h("div", {}, fill, text));
  return {
    el,
    set(value, most) {
      const part = most > 0 && Number.isFinite(value) ? Math.abs(value) / most : 0;
      fill.style.setProperty("--part", part.toFixed(4));
      mark(fill, "data-sign", kind === "signed" && value < 0 ? "minus" : "plus");
      put(text, value);
    },
  };
}

/** The weights of the classes, where the loss has any. */
export function weights(context: Context): Part {
  const { session, text } = context;
  const el = h("div", { class: "dlw-lo-weights" });
  const name = h("span");
  const entries = Array.from({ length: session.task.classes }, (_, c) => {
    const called = nameOf(context, c);
    const typed = number(context, "weight", c, text.weightOf(called));
    return [h("label", {}, called, typed.el), typed] as const;
  });
  el.append(name, ...entries.map(([label]) => label));
  return {
    el,
    update() {
      el.hidden = session.task.kind === "mse";
      say(name, session.task.kind === "bce" ? text.posWeight : text.weight);
      for (const [, typed] of entries) typed.update();
    },
  };
}
