/** Two nets against each other, look by look. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, percent, quantity } from "../../lib/format.ts";
import { widget } from "../../lib/view.ts";
import { charts } from "./charts.ts";
import { diagnosis } from "./diagnosis.ts";
import { film } from "./film.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const monitor: Factory<Traits> = widget<Traits, Session>({
  name: "GanMonitor",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { bin, language, model, session } = scene;
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const [pictures, curves, found] = [film(context), charts(context), diagnosis(context)];
    const side = h("div", { class: "dlw-gm-side" }, found.el, curves.el);
    const body = h("div", { class: "dlw-gm-body" }, pictures.el, side);
    const empty = h("p", { class: "dlw-gm-empty", role: "status" });
    const told = notice(language, session.link, "");
    const parts: Part[] = [header(context), pictures, curves, found, told];
    const { el, inner } = card(
      bin,
      language,
      { label: text.monitor(model.get("_title")), name: "dlw-gm" },
      parts[0]!.el,
      body,
      empty,
      told.el,
    );
    const update = bin.guard(() => {
      session.link.look(inner);
      const phase = model.get("_phase");
      const bare = session.shot.count === 0;
      body.hidden = bare;
      empty.hidden = !bare;
      say(empty, phase === "nobody" ? text.nobody : text.waiting);
      mark(inner, "data-phase", phase);
      for (const part of parts) part.update();
      told.el.hidden = told.el.textContent === "";
    });
    update();
    bin.add(session.watch(update));
    return el;
  },
});

export default monitor;

/** Who plays, and how they are looked at. */
function header({ model, session, text }: Context): Part {
  const [name, facts] = [h("b", { class: "dlw-gm-name" }), h("span", { class: "dlw-gm-facts" })];
  return {
    el: h("div", { class: "dlw-gm-header" }, name, facts),
    update() {
      const { bytes, cost, discriminator, generator, logits, noise, real, stride } = model.get(
        "_about",
      );
      say(name, `${text.title} · ${generator} ⇄ ${discriminator}`);
      const said = session.shot.count === 0 ? [] : [
        text.about(count(noise), count(real)),
        ...(logits ? [text.logits] : []),
        text.kept(count(session.steps.length), `${quantity(bytes / 2 ** 20, 2)} MB`),
        ...(stride > 1 ? [text.thinned(count(stride))] : []),
        text.cost(percent(cost)),
      ];
      say(facts, said.join(" · "));
    },
  };
}
