/** Name, state, buttons, progress and the numbers beside it. */

import { h, mark, say } from "../../lib/dom.ts";
import { clock, count, percent, rate } from "../../lib/format.ts";
import { icon, type IconName } from "../../lib/icons.ts";
import { type Context, type Part, steerable, underWay } from "./part.ts";
import type { Status, Traits } from "./session.ts";

const ICONS: Record<Traits["state"] | "gone", IconName> = {
  ready: "ring",
  running: "play",
  paused: "pause",
  finished: "done",
  stopped: "stop",
  diverged: "warn",
  failed: "cross",
  interrupted: "cross",
  gone: "warn",
};

/** What buttons and shortcuts do. */
export interface Actions {
  hold(): void;
  step(): void;
  stop(): void;
}

/** The commands of the buttons, each harmless where it makes no sense. */
export function actions(context: Context): Actions {
  const { model, session: { commands } } = context;
  const send = (key: string, cmd: string): void => {
    if (steerable(context) && underWay(context) && !commands.pending(key)) commands.now(key, cmd);
  };
  return {
    hold: () => send("hold", model.get("state") === "paused" ? "resume" : "pause"),
    step: () => send("step", "step"),
    stop: () => send("stop", "stop"),
  };
}

/** The top line. */
export function header(context: Context, act: Actions): Part {
  const { model, text } = context;
  const name = h("span", { class: "dlw-tm-name" });
  const state = h("span", { class: "dlw-tm-state" });
  const buttons = controls(context, act);
  const el = h("div", { class: "dlw-tm-header" }, name, state, buttons.el);
  let shown = "";
  return {
    el,
    update() {
      say(name, model.get("_title"));
      mark(name, "title", model.get("_title"));
      // Without a kernel nobody knows what the run is doing.
      const now = context.session.gone && underWay(context) ? "gone" : model.get("state");
      if (now !== shown) state.replaceChildren(icon(ICONS[now]), text.states[now]);
      mark(state, "data-state", now);
      shown = now;
      buttons.update();
    },
  };
}

function controls(context: Context, act: Actions): Part {
  const { bin, model, session: { commands }, text } = context;
  const make = (press: () => void, key: string): HTMLButtonElement => {
    const button = h("button", { type: "button", class: "dlw-button", "aria-keyshortcuts": key });
    bin.listen(button, "click", press);
    return button;
  };
  const dress = (button: HTMLButtonElement, look: IconName, label: string, hint: string): void => {
    if (button.title === hint) return;
    button.replaceChildren(icon(look), h("span", {}, label));
    button.title = hint;
    button.setAttribute("aria-label", label);
  };
  const hold = make(act.hold, "Space");
  const step = make(act.step, "ArrowRight");
  const stop = make(act.stop, "s");
  dress(step, "step", text.step, text.stepHint);
  dress(stop, "stop", text.stop, text.stopHint);
  const el = h(
    "div",
    { class: "dlw-tm-buttons", role: "group", "aria-label": text.buttons },
    hold,
    step,
    stop,
  );
  return {
    el,
    update() {
      if (model.get("state") === "paused") dress(hold, "play", text.resume, text.resumeHint);
      else dress(hold, "pause", text.pause, text.pauseHint);
      const enabled = steerable(context) && underWay(context);
      for (const [button, key] of [[hold, "hold"], [step, "step"], [stop, "stop"]] as const) {
        button.disabled = !enabled;
        mark(button, "aria-busy", enabled && commands.pending(key) ? "true" : undefined);
      }
    },
  };
}

/** The progress bar and the numbers under it. */
export function progress(context: Context): Part {
  const { session, text } = context;
  const fill = h("div", { class: "dlw-tm-fill" });
  const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": text.progress };
  const bar = h("div", { class: "dlw-tm-bar", role: "progressbar", ...range }, fill);
  const list = numbers(context);
  return {
    el: h("div", { class: "dlw-tm-progress" }, bar, list.el),
    update() {
      const part = session.status.fraction;
      fill.style.transform = `scaleX(${part ?? 0})`;
      mark(bar, "data-unknown", part === null);
      mark(bar, "aria-valuenow", part === null ? undefined : String(Math.round(100 * part)));
      list.update();
    },
  };
}

function numbers({ session, text }: Context): Part {
  const rows: [HTMLElement, (status: Status) => string][] = [];
  // No description list: JupyterLab's style sheet for those of Markdown would reach it.
  const el = h("div", { class: "dlw-tm-numbers" });
  const number = (label: string, show: (status: Status) => string, hint?: string): void => {
    const value = h("b");
    rows.push([value, show]);
    el.append(h("div", { title: hint }, h("span", {}, label), value));
  };
  number(text.epoch, ({ epoch, epochs }) => {
    if (epoch === null) return "–";
    return epochs === null ? count(epoch) : text.ofEpochs(count(epoch), count(epochs));
  });
  number(text.steps, (status) => count(status.steps));
  number(text.rate, (status) => rate(status.rate));
  number(text.elapsed, (status) => clock(status.elapsed));
  number(text.left, (status) => clock(status.eta));
  number(text.cost, (status) => percent(status.cost), text.costHint);
  return {
    el,
    update() {
      for (const [value, show] of rows) say(value, show(session.status));
    },
  };
}
