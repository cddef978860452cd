/** A recurrent layer, to be walked through time. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { bar } from "../../lib/player.ts";
import { segments } from "../../lib/segments.ts";
import { widget } from "../../lib/view.ts";
import { course } from "./course.ts";
import { diagram } from "./diagram.ts";
import { header } from "./header.ts";
import { hold } from "./hold.ts";
import { input } from "./input.ts";
import { maps } from "./maps.ts";
import { memory } from "./memory.ts";
import { output } from "./output.ts";
import { type Context, held, type Part, Session, type Tab, TABS, type Traits } from "./session.ts";
import { strip } from "./strip.ts";
import { sums } from "./sums.ts";
import { words } from "./words.ts";

const OPEN: Readonly<Record<Tab, (context: Context) => Part>> = { sums, hold, memory, output };

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "LSTMExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const where = (step: number): string => text.at(String(step), "");
    const player = bar(bin, language, session.player, session.film, where);
    const left = [diagram(context), input(context), folder(context)];
    const right = [maps(context), course(context)];
    const sentence = strip(context);
    const line = codeLine(bin, common[language], announcer);
    const said = notice(language, session.link, text.keys);
    const top = header(context);
    const parts: Part[] = [top, player, sentence, ...left, ...right, said];
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-ls" },
      top.el,
      h("div", { class: "dlw-ls-play" }, player.el, sentence.el),
      h(
        "div",
        { class: "dlw-ls-main", "data-kind": session.net.kind },
        h("div", { class: "dlw-ls-side" }, ...left.map((part) => part.el)),
        h("div", { class: "dlw-ls-side" }, ...right.map((part) => part.el)),
      ),
      h("details", { class: "dlw-ls-code" }, h("summary", {}, text.code), line.el),
      h("div", { class: "dlw-ls-foot" }, said.el),
    );
    let told = "";
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      line.set(session.model.get("_code") || text.long);
      const [, state] = held(session.model.get("_ends"));
      const now = text.spoken(String(session.step), String(session.unit), quantity(state, 4));
      if (told && now !== told && session.settled && !session.player.playing) announcer.tell(now);
      told = session.settled || !told ? now : told;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

/** One part of several, as a tab chooses; each is made when it is first opened. */
function folder(context: Context): Part {
  const { bin, model, session, text } = context;
  const made = new Map<Tab, Part>();
  const tabs = segments(bin, {
    ...{ label: text.tab, all: TABS, names: text.tabs },
    now: () => model.get("tab"),
    choose: (tab) => session.tell("look", { tab }),
  });
  const stand = h("div", { class: "dlw-ls-open" });
  return {
    el: h("section", { class: "dlw-ls-folder" }, tabs.el, stand),
    update() {
      tabs.update();
      const tab = model.get("tab");
      const part = made.get(tab) ?? OPEN[tab](context);
      made.set(tab, part);
      if (stand.firstChild !== part.el) stand.replaceChildren(part.el);
      part.update();
    },
  };
}

export default explorer;
