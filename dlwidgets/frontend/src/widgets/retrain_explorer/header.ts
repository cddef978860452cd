/** What is learned, how far it has come, whether the engines agree; and what went wrong. */

import { badge, type Verdict } from "../../lib/badge.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { segments } from "../../lib/segments.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

/** The largest difference, as a share, that the order of sums explains. */
const ALIKE = 1e-6;

export function header(context: Context): Part {
  const { bin, model, session, text } = context;
  const engines = model.get("_kind") === "engines";
  const name = h("b", { class: "dlw-re-name" });
  const state = h("span", { class: "dlw-re-state" });
  const scale = segments(bin, {
    label: text.scale,
    all: ["linear", "log"] as const,
    names: text.scales,
    now: () => model.get("log_scale") ? "log" : "linear",
    choose: (one) => session.scale(one === "log"),
  });
  const seal = badge(() => verdict(context));
  seal.el.hidden = !engines;
  const line = h("div", { class: "dlw-re-line" }, name, state, scale.el, seal.el);
  const bar = h("i", { class: "dlw-progress", "aria-hidden": "true" });
  return {
    el: h("div", { class: "dlw-re-header" }, line, bar),
    update() {
      const noise = model.get("noise");
      say(name, engines ? text.curve(noise > 0 ? ` + ${quantity(noise)} · rand` : "") : text.own);
      const going = !model.get("_done");
      const steps = text.steps(count(session.count));
      say(state, going ? text.training(String(Math.floor(100 * session.progress)), steps) : steps);
      bar.style.setProperty("--part", session.progress.toFixed(3));
      mark(bar, "data-going", going);
      for (const part of [scale, seal]) part.update();
    },
  };
}

function verdict({ language, model, session, text }: Context): Verdict {
  const shared = common[language];
  if (session.link.gone) {
    return { look: "warn", tone: "none", label: shared.gone, hint: shared.goneHint };
  }
  const apart = unpack(model.get("_apart"))[0] ?? NaN;
  if (Number.isNaN(apart)) {
    return { look: "ring", tone: "none", label: text.alone, hint: text.alone };
  }
  const share = apart === 0 ? "0" : apart.toExponential(0);
  return apart <= ALIKE
    ? { look: "done", tone: "good", label: text.alike(share), hint: text.alikeHint }
    : { look: "cross", tone: "bad", label: text.unlike(share), hint: text.alikeHint };
}

/** Why a training goes wrong, or is about to; and where it ended. */
export function trouble({ model, session, text }: Context): Part {
  const el = h("p", { class: "dlw-re-trouble" });
  return {
    el,
    update() {
      const words: string[] = [];
      const [lr, limit] = [model.get("lr"), unpack(model.get("_limit"))[0] ?? Infinity];
      const ended = session.running.find((lane) => lane.ending === "diverged");
      if (lr > limit) words.push(text.above(quantity(lr), quantity(limit, 3)));
      if (ended) words.push(text.ended(count(ended.done + 1)));
      if (ended && lr <= limit) words.push(text.lower);
      for (const lane of session.running) {
        if (lane.ending === "failed") words.push(text.failed(text.names[lane.name]!, lane.error));
      }
      mark(el, "data-bad", words.length > 0);
      if (!words.length) {
        words.push(limit < Infinity ? text.below(quantity(lr), quantity(limit, 3)) : text.same);
      }
      say(el, words.join(" "));
    },
  };
}
