/** A loss, number by number. */

import type { Factory } from "../../lib/host.ts";
import { card } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { code } from "./arithmetic.ts";
import { header, total } from "./header.ts";
import { samples, weights } from "./samples.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "LossExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, session } = scene;
    // Radio buttons of one page are told apart by their group.
    const group = `dlw-${Math.random().toString(36).slice(2)}`;
    const context: Context = { ...scene, text: words[scene.language], group };
    const { text } = context;
    const parts: Part[] = [header(context), weights(context), samples(context), total(context)];
    const line = codeLine(bin, common[scene.language], announcer);
    const trouble = h("p", { class: "dlw-lo-trouble", role: "alert", hidden: true });
    const { el, inner } = card(
      bin,
      scene.language,
      { label: text.explorer, name: "dlw-lo" },
      ...parts.map((part) => part.el),
      trouble,
      h("div", { class: "dlw-lo-foot" }, line.el),
    );
    let told = session.result.value;
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      line.set(code(session.task));
      const { refusal } = session.link.commands;
      trouble.hidden = !refusal;
      say(trouble, refusal?.text ?? "");
      const { value } = session.result;
      if (Object.is(value, told)) return;
      told = value;
      announcer.tell(text.spoken(quantity(value, 4)));
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;
