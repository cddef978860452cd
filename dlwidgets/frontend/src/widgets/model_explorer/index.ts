/** The layers of a model, and what flows through each. */

import type { Factory } from "../../lib/host.ts";
import { h, mark } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
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
      session.link.look(el);
      mark(el, "data-gone", session.link.gone);
      for (const part of parts) part.update();
      speak();
    });
    update();
    bin.add(session.painter.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default explorer;

/** Speaks what was opened or closed, what of it is shown now, and refusals. */
function speech({ announcer, model, session, text }: Context): () => void {
  const state = (): Record<string, string> => {
    const { part, parts, row, tab } = model.get("_open");
    const layer = model.get("_layers")[row];
    const { first, total } = session.picture;
    return {
      opened: layer ? text.opened(nameOf(layer), text.tabs[tab]) : text.closed,
      part: parts[part] ?? "",
      page: total > 0 ? text.from(count(first), count(total)) : "",
      sample: `${text.sample} ${count(model.get("sample"))}`,
      mode: text[model.get("mode")],
      refused: session.link.commands.refusal?.text ?? "",
    };
  };
  let heard = state();
  return () => {
    const now = state();
    // With another layer everything is another: its name is enough.
    const news = now.opened === heard.opened ? Object.keys(now) : ["opened"];
    for (const key of news) {
      if (now[key] && now[key] !== heard[key]) announcer.tell(now[key]);
    }
    heard = now;
  };
}
