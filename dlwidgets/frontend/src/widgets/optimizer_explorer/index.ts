/** A race of optimizers, step by step, and the schedules of their rates. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h, mark } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { bar } from "../../lib/player.ts";
import { widget } from "../../lib/view.ts";
import { fit, losses } from "./charts.ts";
import { header } from "./header.ts";
import { map } from "./map.ts";
import { options, racers } from "./racers.ts";
import { schedules } from "./schedules.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { steps } from "./steps.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "OptimizerExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, model, session } = scene;
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const top = header(context);
    const player = bar(bin, language, session.player, session.film, (at) => text.where(count(at)));
    const [ground, net, curves] = [map(context), fit(context), losses(context)];
    const [who, chosen, step] = [racers(context), options(context), steps(context)];
    const drawn = schedules(context);
    const line = codeLine(bin, common[language], announcer);
    const below = notice(language, session.link, text.keys);
    const code = h("details", { class: "dlw-op-code" }, h("summary", {}, text.pathCode), line.el);
    const race = h(
      "div",
      { class: "dlw-op-race" },
      h("div", { class: "dlw-op-left" }, ground.el, net.el),
      h("div", { class: "dlw-op-right" }, curves.el, who.el),
      h("div", { class: "dlw-op-wide" }, step.el, chosen.el),
      code,
    );
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-op" },
      top.el,
      h("div", { class: "dlw-op-play" }, player.el),
      race,
      drawn.el,
      h("div", { class: "dlw-op-foot" }, below.el),
    );
    bin.listen<KeyboardEvent>(inner, "keydown", (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const typed = (event.target as Element).closest("input, select, button, textarea");
      if (plain && !typed) session.player.key(event);
    });
    mark(inner, "tabindex", "-1");
    const told = speaker(context);
    const always: Part[] = [top, player, below];
    const update = bin.guard(() => {
      session.read();
      session.link.look(inner);
      const racing = model.get("tab") === "race";
      race.hidden = !racing;
      drawn.el.hidden = racing;
      const onMap = session.window.length > 0;
      ground.el.hidden = !onMap;
      net.el.hidden = onMap;
      const shown = racing ? [onMap ? ground : net, curves, who, chosen, step] : [drawn];
      for (const part of [...always, ...shown]) part.update();
      const path = session.racers[session.chosen]!.code;
      code.hidden = !path;
      line.set(path);
      told();
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;

/** Speaks where the start has gone, and what the chosen racer has come to. */
function speaker({ announcer, session, text }: Context): () => void {
  let known = "";
  return () => {
    const { at, chosen, player, racers, start } = session;
    const { losses: own, name } = racers[chosen]!;
    const key = [at, chosen, ...start, own[at]].join();
    if (key === known || player.playing || session.waiting) return;
    const moved = known && known.split(",").slice(2, 4).join() !== [...start].join();
    if (moved) announcer.tell(text.started(quantity(start[0], 4), quantity(start[1], 4)));
    if (known) announcer.tell(text.spoken(count(at), name, quantity(own[at], 4)));
    known = key;
  };
}
