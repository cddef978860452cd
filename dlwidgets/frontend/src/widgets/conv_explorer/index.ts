/** Convolution, transposed convolution and pooling, cell by cell. */

import type { Factory } from "../../lib/host.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { widget } from "../../lib/view.ts";
import { header } from "./header.ts";
import { panels } from "./panels.ts";
import { quizCard } from "./quiz_card.ts";
import { running } from "./quiz.ts";
import type { Context, Part } from "./part.ts";
import { Session } from "./session.ts";
import { settings } from "./settings.ts";
import { stage } from "./stage.ts";
import { speech, sum } from "./sum.ts";
import { type Actions, actions, timeline } from "./timeline.ts";
import type { Traits } from "./traits.ts";
import { trouble } from "./trouble.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "ConvExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { bin, session } = scene;
    const pointer = { hover: null, pin: null };
    const context: Context = { ...scene, text: words[scene.language], pointer };
    const act = actions(context);
    const [top, side, grids, wrong] = [
      header(context),
      settings(context),
      stage(context),
      trouble(context),
    ];
    const [bar, line, more, ask, note] = [
      timeline(context, act),
      sum(context),
      panels(context),
      quizCard(context),
      notice(context),
    ];
    grids.el.append(wrong.el);
    const main = h("div", { class: "dlw-cv-main" }, grids.el, bar.el, line.el, more.el, ask.el);
    const el = h(
      "div",
      {
        class: "dlw-cv",
        tabindex: 0,
        role: "group",
        "aria-label": context.text.explorer,
        // JupyterLab's own shortcuts keep out of elements with this mark.
        "data-lm-suppress-shortcuts": "true",
      },
      top.el,
      h("div", { class: "dlw-cv-body" }, side.el, main),
      note.el,
    );
    shortcuts(context, el, act);
    const parts: Part[] = [
      top,
      side,
      grids,
      wrong,
      bar,
      line,
      more,
      ask,
      note,
      speech(context, () => el),
    ];
    const update = bin.guard(() => {
      // The manager of Jupyter's widgets marks views whose kernel is gone.
      if (el.closest(".jupyter-widgets-disconnected")) session.gone = true;
      for (const part of parts) part.update();
      const quiz = running(session.quiz);
      mark(el, "data-quiz", session.hidden.size ? "size" : quiz);
      // A changed layer would change the answers.
      side.el.inert = quiz;
      more.el.hidden = quiz;
    });
    update();
    bin.add(session.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default explorer;

/** Space and arrows, while nothing that takes these keys itself has the focus. */
function shortcuts({ bin, pointer, session }: Context, el: HTMLElement, act: Actions): void {
  const unpin = (): void => {
    pointer.pin = null;
    session.changed();
  };
  const keys: Record<string, () => void> = {
    " ": act.play,
    ArrowRight: () => act.step(1),
    ArrowLeft: () => act.step(-1),
    Escape: unpin,
  };
  bin.listen<KeyboardEvent>(el, "keydown", (event) => {
    event.stopPropagation();
    const press = keys[event.key];
    const target = event.target as Element;
    if (!press || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === " " && target.closest("button, summary")) return;
    event.preventDefault();
    press();
  });
}

/** The bottom line: what the user should know just now. */
function notice({ session, text }: Context): Part {
  const el = h("div", { class: "dlw-cv-notice" });
  return {
    el,
    update() {
      const { commands, problems, gone } = session;
      const refused = commands.refusal && problems.length === 0 && commands.refusal.key === "set"
        ? commands.refusal.text
        : "";
      const found = refused
        ? ["bad", refused]
        : gone
        ? ["warn", text.gone]
        : commands.late
        ? ["warn", text.lateHint]
        : ["", text.keys];
      mark(el, "data-tone", found[0] || undefined);
      say(el, found[1]!);
      mark(el, "title", found[1] || undefined);
    },
  };
}
