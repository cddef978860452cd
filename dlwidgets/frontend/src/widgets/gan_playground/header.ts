/** How the game is played: play, pause, single updates, slow motion; and what is going on. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { icon } from "../../lib/icons.ts";
import { type Context, type Part, type Speed, SPEEDS } from "./session.ts";

export function header(context: Context): Part {
  const { model, text } = context;
  const state = h("span", { class: "dlw-gp-state" });
  const parts = [playing(context), stepping(context), courses(context)];
  return {
    el: h(
      "div",
      { class: "dlw-gp-header" },
      h("b", { class: "dlw-gp-name" }, text.playground),
      state,
      ...parts.map((part) => part.el),
    ),
    update() {
      const [rounds, d, g] = model.get("_counts").map(count);
      say(state, text.rounds(rounds ?? "0", d ?? "0", g ?? "0"));
      for (const part of parts) part.update();
    },
  };
}

function playing({ bin, language, session, text }: Context): Part {
  const shared = common[language];
  const play = h("button", { type: "button", class: "dlw-button dlw-gp-play" });
  const restart = h(
    "button",
    { type: "button", class: "dlw-button", title: text.restartHint },
    icon("back"),
    h("span", {}, text.restart),
  );
  const speed = h(
    "select",
    { class: "dlw-entry", "aria-label": text.speed, title: text.speed },
    ...SPEEDS.map((one) => h("option", { value: one }, text.speeds[one])),
  );
  bin.listen(play, "click", () => session.toggle());
  bin.listen(restart, "click", () => session.restart());
  bin.listen(speed, "change", () => session.pace(speed.value as Speed));
  let shown: boolean | null = null;
  return {
    el: h("div", { class: "dlw-gp-group" }, play, speed, restart),
    update() {
      if (session.playing !== shown) {
        const label = session.playing ? shared.pause : shared.play;
        play.replaceChildren(icon(session.playing ? "pause" : "play"), h("span", {}, label));
      }
      shown = session.playing;
      play.disabled = session.ended || session.link.gone;
      if (speed.value !== session.speed) speed.value = session.speed;
    },
  };
}

/** One update, one round, one phase. */
function stepping({ bin, session, text }: Context): Part {
  const all = [
    ["d", text.updateD, text.updateDHint],
    ["g", text.updateG, text.updateGHint],
    ["round", text.round, text.roundHint],
    ["phase", text.phase, text.phaseHint],
  ] as const;
  const buttons = all.map(([what, name, hint]) => {
    const button = h(
      "button",
      { type: "button", class: "dlw-button", title: hint, "aria-label": hint },
      icon("step"),
      h("span", {}, name),
    );
    bin.listen(button, "click", () => session.once(what));
    return button;
  });
  return {
    el: h("div", { class: "dlw-gp-group" }, ...buttons),
    update() {
      for (const button of buttons) button.disabled = session.ended || session.link.gone;
    },
  };
}

/** Settings that show a known course of the game. */
function courses({ bin, model, session, text }: Context): Part {
  const select = h(
    "select",
    { class: "dlw-entry", "aria-label": text.preset, title: text.preset },
    h("option", { value: "" }, text.choosePreset),
    ...model.get("_presets").map((one) => h("option", { value: one }, text.presets[one] ?? one)),
  );
  bin.listen(select, "change", () => {
    if (select.value) session.preset(select.value);
    // A choice that is made again begins again.
    select.value = "";
  });
  return { el: select, update: () => {} };
}

/** In words what is going on: the phase of slow motion, or why the game has ended. */
export function telling({ language, model, session, text }: Context): Part {
  const names = Object.keys(text.phases);
  const steps = names.map((name) => h("li", { "data-phase": name }, text.phases[name]!));
  const list = h("ol", { class: "dlw-gp-phases" }, ...steps);
  const told = h("p", { class: "dlw-gp-told", role: "status" });
  return {
    el: h("div", { class: "dlw-gp-telling" }, list, told),
    update() {
      const phase = model.get("_phase").name;
      for (const step of steps) {
        mark(step, "aria-current", step.dataset["phase"] === phase ? "step" : undefined);
      }
      const ending = session.ending(language);
      mark(told, "data-bad", ending !== "");
      // A live region that is told of every round would never be silent.
      mark(told, "aria-live", session.playing && session.speed !== "slow" ? "off" : "polite");
      say(
        told,
        ending ||
          (phase ? words() : text.courses[session.course] ?? text.noPhase[model.get("_next")]),
      );
    },
  };

  function words(): string {
    const { name, points } = model.get("_phase");
    const values = [...session.read.values].map((one) => quantity(one, 3));
    const [first, second] = name.startsWith("update")
      ? values
      : [count(points.shape[0] ?? 0), values[0]];
    return text.told[name]!(first ?? "", second ?? "");
  }
}
