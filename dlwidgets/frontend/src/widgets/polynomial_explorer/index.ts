/** Polynomials of every degree on the same points: too simple, right, too complex. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { errors, fit } from "./charts.ts";
import { controls, result } from "./controls.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "PolynomialExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, model, session } = scene;
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const [sliders, charts, below] = [
      controls(context),
      [fit(context), errors(context)],
      result(context),
    ];
    const line = codeLine(bin, common[language], announcer);
    const told = notice(language, session.link, text.keys);
    const parts: Part[] = [sliders, ...charts, below, told];
    const sums = h("span", { class: "dlw-po-sums" });
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-po" },
      h("div", { class: "dlw-po-header" }, h("b", {}, text.explorer), sums),
      sliders.el,
      h("div", { class: "dlw-po-charts" }, ...charts.map((chart) => chart.el)),
      below.el,
      h("div", { class: "dlw-po-foot" }, line.el, told.el),
    );
    const state = (): string => `${session.degree} ${session.version}`;
    let known = state();
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      const [train, test] = [session.points.length / 2, session.test.length / 2];
      say(sums, model.get("_own") ? text.own(train, test) : text.synthetic);
      line.set(model.get("_code")[session.degree] ?? "");
      if (state() === known) return;
      known = state();
      const read = session.errors.map((all) => quantity(all[session.degree]!, 3));
      const regime = text.regimes[session.regime];
      announcer.tell(text.spoken(session.degree, read[0]!, read[1]!, regime));
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;
