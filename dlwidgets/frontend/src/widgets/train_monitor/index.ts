/** The live view of a training run. */

import type { Factory } from "../../lib/host.ts";
import { count, quantity } from "../../lib/format.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { widget } from "../../lib/view.ts";
import { frames } from "./frames.ts";
import { type Actions, actions, header, progress } from "./header.ts";
import { knobs } from "./knobs.ts";
import { type Context, type Part, underWay } from "./part.ts";
import { plot } from "./plot.ts";
import { Session, type Traits } from "./session.ts";
import { values } from "./values.ts";
import { words } from "./words.ts";

const monitor: Factory<Traits> = widget<Traits, Session>({
  name: "TrainMonitor",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language], hidden: new Set() };
    const act = actions(context);
    const [top, bar, chart, pictures] = [
      header(context, act),
      progress(context),
      plot(context),
      frames(context),
    ];
    const [board, table, why, note] = [
      knobs(context),
      values(context),
      diagnosis(context),
      notice(context),
    ];
    const side = h("div", { class: "dlw-tm-side" }, board.el, table.el);
    chart.el.prepend(why.el);
    const body = h("div", { class: "dlw-tm-body" }, chart.el, pictures.el, side);
    const el = h(
      "div",
      {
        class: "dlw-tm",
        tabindex: 0,
        role: "group",
        "aria-label": context.text.monitor(model.get("_title")),
        // JupyterLab's own shortcuts keep out of elements with this mark.
        "data-lm-suppress-shortcuts": "true",
      },
      top.el,
      bar.el,
      body,
      note.el,
    );
    shortcuts(context, el, act);
    const parts: Part[] = [top, bar, chart, pictures, board, table, why, note, speech(context)];
    const update = bin.guard(() => {
      // The manager of Jupyter's widgets marks views whose kernel is gone.
      if (el.closest(".jupyter-widgets-disconnected")) session.gone = true;
      mark(el, "data-state", model.get("state"));
      for (const part of parts) part.update();
    });
    update();
    bin.add(session.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default monitor;

/** Space, arrow and s, while nothing that takes these keys itself has the focus. */
function shortcuts({ bin }: Context, el: HTMLElement, act: Actions): void {
  const keys: Record<string, () => void> = { " ": act.hold, ArrowRight: act.step, s: act.stop };
  bin.listen<KeyboardEvent>(el, "keydown", (event) => {
    event.stopPropagation();
    const press = keys[event.key];
    const target = event.target as Element;
    if (!press || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === " " && target.closest("button, summary")) return;
    event.preventDefault();
    // A key that is held down repeats: fit for steps, not for pause and resume in turn.
    if (!event.repeat || event.key === "ArrowRight") press();
  });
}

/** Why it diverged. */
function diagnosis({ model, text }: Context): Part {
  const detail = h("p");
  const el = h("div", { class: "dlw-tm-why", role: "alert" }, h("b", {}, text.diagnosis), detail);
  return {
    el,
    update() {
      const found = model.get("_diagnosis");
      if (el.hidden !== !found) el.hidden = !found;
      say(detail, found);
    },
  };
}

/** The bottom line: what the user should know about steering just now. */
function notice(context: Context): Part {
  const { model, session, text } = context;
  const el = h("div", { class: "dlw-tm-notice" });
  return {
    el,
    update() {
      const refusal = session.commands.refusal;
      const between = model.get("_controls") === "between" && underWay(context);
      const late = session.commands.late && underWay(context);
      const found = session.gone && underWay(context)
        ? ["bad", text.gone]
        : refusal
        ? ["bad", refusal.text]
        : between
        ? ["warn", text.between]
        : late
        ? ["warn", text.late]
        : model.get("_controls") === "none"
        ? ["", text.ended(model.get("_title"))]
        : ["", text.keys];
      mark(el, "data-tone", found[0] || undefined);
      say(el, found[1]!);
      mark(el, "title", found[1] || undefined);
    },
  };
}

/** Speaks what changes: the state, knobs that took effect, notices. */
function speech({ announcer, model, session, text }: Context): Part {
  let state = model.get("state");
  const newest = (): string => JSON.stringify(model.get("_events").findLast(isSet) ?? null);
  const isSet = (event: Traits["_events"][number]): boolean => event.kind === "set";
  let heard = newest();
  let refused = session.commands.refusal;
  return {
    el: announcer.el,
    update() {
      if (model.get("state") !== state) {
        state = model.get("state");
        announcer.tell(text.stateAt(text.states[state], count(session.status.steps)));
      }
      if (newest() !== heard) {
        heard = newest();
        const event = model.get("_events").findLast(isSet);
        if (event) {
          announcer.tell(text.applied(event.name, quantity(event.new), count(event.step + 1)));
        }
      }
      if (session.commands.refusal !== refused) {
        refused = session.commands.refusal;
        if (refused) announcer.tell(refused.text);
      }
    },
  };
}
