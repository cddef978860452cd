/** Arms of one comparison, and what a layer of one of them does in either mode. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { curves } from "./curves.ts";
import { adder, header } from "./header.ts";
import { lens } from "./lens.ts";
import { type Context, type Part, Session, TEST, TRAIN, type Traits } from "./session.ts";
import { number, table } from "./table.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "RegularizationExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, model, session } = scene;
    // Radio buttons of one page are told apart by their group.
    const group = `dlw-${Math.random().toString(36).slice(2)}`;
    const context: Context = { ...scene, text: words[language], group };
    const { text } = context;
    const [top, arms, more, look] = [
      header(context),
      table(context),
      adder(context),
      lens(context),
    ];
    const charts = curves(context);
    const line = codeLine(bin, common[language], announcer);
    const told = notice(language, session.link, text.keys);
    const parts: Part[] = [top!, arms!, more!, ...charts, look!, told];
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-rg" },
      top!.el,
      h("div", { class: "dlw-rg-pair dlw-rg-curves" }, ...charts.map((chart) => chart.el)),
      h(
        "div",
        { class: "dlw-rg-lower" },
        h("div", { class: "dlw-rg-arms" }, arms!.el, more!.el),
        look!.el,
      ),
      h(
        "details",
        { class: "dlw-rg-code" },
        h("summary", {}, text.code),
        line.el,
      ),
      h("div", { class: "dlw-rg-foot" }, told.el),
    );
    const state = (): string =>
      [session.arm.name, model.get("epoch"), session.mode, session.version].join("\n");
    let known = state();
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      line.set(session.arm.code);
      if (state() === known) return;
      known = state();
      const [train, test] = [TRAIN, TEST].map((part) =>
        number(session.arm.losses[part]![session.mode]!, model.get("epoch"))
      );
      announcer.tell(text.spoken(text.arm(session.arm), train!, test!));
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;
