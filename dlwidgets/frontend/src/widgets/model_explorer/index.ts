/** The layers of a model, and what flows through each. */

import type { Factory } from "../../lib/host.ts";
import { h, mark } from "../../lib/dom.ts";
import { widget } from "../../lib/view.ts";
import { detail } from "./detail.ts";
import { header, notice, remarks } from "./header.ts";
import { type Context, nameOf, type Part, Session, type Traits } from "./session.ts";
import { tree } from "./tree.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "ModelExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language] };
    const layers = tree(context);
    const back = (): void =>
      layers.el.querySelector<HTMLElement>("[role=row][tabindex='0']")?.focus();
    const parts: Part[] = [
      header(context),
      remarks(context),
      layers,
      detail(context, back),
      notice(context),
    ];
    const el = h(
      "div",
      {
        class: "dlw-me",
        role: "group",
        "aria-label": context.text.explorer(model.get("_title")),
        // JupyterLab's own shortcuts keep out of elements with this mark.
        "data-lm-suppress-shortcuts": "true",
      },
      ...parts.map((part) => part.el),
    );
    bin.listen(el, "keydown", (event) => event.stopPropagation());
    const speak = speech(context);
    const update = bin.guard(() => {
      // The manager of Jupyter's widgets marks views whose kernel is gone.
      if (el.closest(".jupyter-widgets-disconnected")) session.gone = true;
      mark(el, "data-gone", session.gone);
      for (const part of parts) part.update();
      speak();
    });
    update();
    bin.add(session.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default explorer;

/** Speaks what was opened or closed, and refusals. */
function speech({ announcer, model, session, text }: Context): () => void {
  const key = (): string => {
    const { row, tab } = model.get("_open");
    return `${row} ${tab}`;
  };
  let heard = key();
  let refused = session.commands.refusal;
  return () => {
    if (key() !== heard) {
      heard = key();
      const { row, tab } = model.get("_open");
      const layer = model.get("_layers")[row];
      announcer.tell(layer ? text.opened(nameOf(layer), text.tabs[tab]) : text.closed);
    }
    if (session.commands.refusal !== refused) {
      refused = session.commands.refusal;
      if (refused) announcer.tell(refused.text);
    }
  };
}
