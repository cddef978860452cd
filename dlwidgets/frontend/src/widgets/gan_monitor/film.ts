/** The samples, and the slider through the film of them. */

import { h, mark, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import { bar, type Film, Player } from "../../lib/player.ts";
import type { Context, Part } from "./session.ts";
import { tiles } from "./tiles.ts";

export function film(context: Context): Part {
  const { bin, language, model, session, text } = context;
  const shots: Film = {
    length: () => session.steps.length,
    at: () => Math.max(0, session.at),
    go: (place) => session.look(place),
  };
  const player = new Player(bin, shots, () => session.painter.changed());
  const where = (place: number): string => text.frameAt(count(session.steps[place] ?? 0));
  const strip = bar(bin, language, player, shots, where);
  const sheet = tiles(context);
  const [name, step, note] = [h("b"), h("span", { class: "dlw-gm-step" }), h("small")];
  const newest = h(
    "button",
    { type: "button", class: "dlw-button dlw-gm-newest", title: text.newestHint },
    text.newest,
  );
  bin.listen(newest, "click", () => {
    player.pause();
    session.look(session.steps.length - 1);
  });
  strip.el.append(newest);
  bin.listen<KeyboardEvent>(strip.el, "keydown", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    if (event.key !== " ") player.key(event);
  });
  const title = h("h3", {}, name, step, note);
  return {
    el: h("section", { class: "dlw-gm-film", "aria-label": text.film }, title, sheet.el, strip.el),
    update() {
      say(name, text.samples(model.get("_about").generator));
      say(step, text.frameAt(count(session.shot.step)));
      say(note, session.shot.asked.length ? text.byClass : "");
      mark(newest, "aria-pressed", String(session.follows));
      sheet.update();
      strip.update();
    },
  };
}
