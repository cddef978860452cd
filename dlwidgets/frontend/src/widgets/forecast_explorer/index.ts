/** A series forecast by an LSTM that trains anew with each move of a knob, beside naive. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { chart } from "./chart.ts";
import { header, knobs } from "./header.ts";
import { errors, losses, reader, toolbar } from "./panels.ts";
import { type Context, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "ForecastExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language] };
    const { text } = context;
    const line = codeLine(bin, common[scene.language], announcer);
    const said = notice(scene.language, session.link, text.keys);
    const parts = [
      header(context),
      knobs(context),
      toolbar(context),
      chart(context),
      reader(context),
    ];
    const below = [losses(context), errors(context)];
    const { el, inner } = card(
      bin,
      scene.language,
      { label: text.explorer, name: "dlw-fc" },
      ...parts.map((part) => part.el),
      h("div", { class: "dlw-fc-below" }, ...below.map((part) => part.el)),
      h("div", { class: "dlw-fc-foot" }, line.el, said.el),
    );
    const ending = (): string =>
      model.get("_done") ? model.get("_verdicts")[0]?.[scene.language] ?? "" : "";
    let told = ending();
    const update = bin.guard(() => {
      session.refresh();
      session.link.look(inner);
      for (const part of [...parts, ...below, said]) part.update();
      line.set(model.get("_line"));
      const now = ending();
      if (now && now !== told) announcer.tell(now);
      told = now || told;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;
