/** A GAN on the plane, played on a stage. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { charts } from "./charts.ts";
import { header, telling } from "./header.ts";
import { knobs } from "./knobs.ts";
import { legend } from "./legend.ts";
import { program } from "./program.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { stage } from "./stage.ts";
import { words } from "./words.ts";

const playground: Factory<Traits> = widget<Traits, Session>({
  name: "GanPlayground",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language] };
    const { text } = context;
    const top = [header(context), telling(context)] as const;
    const [place, key, curves, turning] = [
      stage(context),
      legend(context),
      charts(context),
      knobs(context),
    ];
    const written = program(context);
    const line = codeLine(bin, common[scene.language], announcer);
    const said = notice(scene.language, session.link, text.keys);
    const left = h("div", { class: "dlw-gp-left" }, place.el, key.el);
    const { el, inner } = card(
      bin,
      scene.language,
      { label: text.playground, name: "dlw-gp" },
      ...top.map((part) => part.el),
      h("div", { class: "dlw-gp-body" }, left, curves.el),
      turning.el,
      h("div", { class: "dlw-gp-foot" }, written.el, line.el, said.el),
    );
    bin.listen<KeyboardEvent>(inner, "keydown", (event) => shortcut(context, event));
    const parts: Part[] = [...top, place, key, curves, turning, written, said];
    let moving = session.playing;
    session.seen(bin);
    const update = bin.guard(() => {
      session.refresh();
      session.link.look(inner);
      for (const part of parts) part.update();
      line.set(model.get("_line"));
      // While it plays nobody could follow; where it comes to rest, that is said.
      const now = session.playing || session.busy;
      if (moving && !now) announcer.tell(spoken(context));
      moving = now;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

function spoken({ language, model, session, text }: Context): string {
  const say = (name: "real" | "fake" | "distance"): string => quantity(session.now(name), 3);
  return session.ending(language) ||
    text.spoken(count(model.get("_counts")[0] ?? 0), say("real"), say("fake"), say("distance"));
}

/** Keys for those who play: they are none of a field's own. */
function shortcut({ session }: Context, event: KeyboardEvent): void {
  const on = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (on.matches("input:not([type=range]), select, textarea, summary")) return;
  const key = event.key.toLowerCase();
  if (key === " " && !on.matches("button")) session.toggle();
  else if (key === "d" || key === "g") session.once(key);
  else if (key === "r") session.once("round");
  else if (key === "p") session.once("phase");
  else return;
  event.preventDefault();
}

export default playground;
