/** A latent space, to be touched. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { segments } from "../../lib/segments.ts";
import { widget } from "../../lib/view.ts";
import { exact, long } from "./arithmetic.ts";
import { between } from "./between.ts";
import { draw } from "./draw.ts";
import { header } from "./header.ts";
import { measures } from "./measures.ts";
import { picture } from "./picture.ts";
import { plane } from "./plane.ts";
import { type Context, type Part, Session, type Tab, TABS, type Traits } from "./session.ts";
import { manifold, pairs, samples } from "./sheets.ts";
import { sliders } from "./sliders.ts";
import { words } from "./words.ts";

const OPEN: Readonly<Record<Tab, (context: Context) => Part>> = {
  between,
  draw,
  pairs,
  samples,
  manifold,
  measures,
};

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "LatentExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const main = [sliders(context), plane(context), picture(context)];
    const below = folder(context);
    const line = codeLine(bin, common[language], announcer);
    const said = notice(language, session.link, text.keys);
    const parts: Part[] = [header(context), ...main, below, said];
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-le" },
      parts[0]!.el,
      h("div", { class: "dlw-le-main" }, ...main.map((part) => part.el)),
      below.el,
      h("div", { class: "dlw-le-foot" }, line.el, said.el),
    );
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      const [before, after] = session.model.get("_code");
      // The shortest text of a float32 is another number when it is read as a double.
      const write = after?.includes("float64") ? long : exact;
      line.set(`${before}${[...session.z].map(write).join(", ")}${after}`);
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

/** One part of several, as a tab chooses; each is made when it is first opened. */
function folder(context: Context): Part {
  const { bin, session, text } = context;
  const made = new Map<Tab, Part>();
  const tabs = segments(bin, {
    ...{ label: text.tab, all: TABS, names: text.tabs },
    now: () => session.tab,
    choose: (tab) => session.open(tab),
  });
  const stand = h("div", { class: "dlw-le-open" });
  return {
    el: h("div", { class: "dlw-le-folder" }, tabs.el, stand),
    update() {
      tabs.update();
      const { tab } = session;
      const part = made.get(tab) ?? OPEN[tab](context);
      made.set(tab, part);
      if (stand.firstChild !== part.el) stand.replaceChildren(part.el);
      part.update();
    },
  };
}

export default explorer;
