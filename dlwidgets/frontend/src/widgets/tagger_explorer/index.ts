/** A sentence under a tagger. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { detail } from "./detail.ts";
import { header } from "./header.ts";
import { sentence } from "./sentence.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { stage } from "./stage.ts";
import { words } from "./words.ts";

/** Words that are spoken of a sentence. */
const SPOKEN = 20;

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "TaggerExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, model, session } = scene;
    const text = words[scene.language];
    const context: Context = { ...scene, text };
    const line = codeLine(bin, common[scene.language], announcer);
    const parts: Part[] = [
      header(context),
      sentence(context),
      stage(context),
      detail(context),
      notice(scene.language, session.link, text.keys),
    ];
    const [head, field, cards, vector, note] = parts.map((part) => part.el);
    const { el, inner } = card(
      bin,
      scene.language,
      { label: text.explorer, name: "dlw-tg" },
      ...[head!, field!, cards!, vector!],
      h("div", { class: "dlw-tg-foot" }, line.el, note!),
    );
    let told = "";
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      line.set(model.get("_line"));
      session.drawn();
      // While a model learns the tags change many times a second: nobody could listen to that.
      if (model.get("_follows") || !session.settled) return;
      const said = spoken(context);
      if (said !== told && told !== "") announcer.tell(said);
      told = said;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

function spoken({ model, session, text }: Context): string {
  const names = model.get("_names");
  const pairs = session.words.slice(0, SPOKEN).flatMap((word) => {
    const best = session.best(word.now);
    return best < 0 ? [] : [`${word.text} ${names[best]}`];
  });
  return pairs.join(", ") || text.empty;
}

export default explorer;
