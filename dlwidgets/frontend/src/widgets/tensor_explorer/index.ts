/** A tensor beside its memory. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { segments } from "../../lib/segments.ts";
import { tuple } from "../../lib/sheet.ts";
import { widget } from "../../lib/view.ts";
import { chain, facts } from "./chain.ts";
import { compute } from "./compute.ts";
import { memory } from "./memory.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "TensorExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    const text = words[language];
    const context: Context = { ...scene, text, pointer: { hover: null, pin: null } };
    const tabs = segments(bin, {
      label: text.tab,
      all: ["memory", "compute"] as const,
      names: text.tabs,
      now: () => session.model.get("tab"),
      choose: (one) => session.send("tab", one),
    });
    const about = facts(context);
    const pages: Record<Traits["tab"], Part[]> = {
      memory: [chain(context), memory(context)],
      compute: [compute(context)],
    };
    const code = codeLine(bin, common[language], announcer);
    const feet = {
      memory: notice(language, session.link, text.keys),
      compute: notice(language, session.link, text.keysCompute),
    };
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-te" },
      h("div", { class: "dlw-te-header" }, tabs.el, about.el),
      ...Object.values(pages).flat().map((part) => part.el),
      h("div", { class: "dlw-te-foot" }, code.el, feet.memory.el, feet.compute.el),
    );
    let told = spoken(context);
    const update = bin.guard(() => {
      session.link.look(inner);
      const tab = session.model.get("tab");
      tabs.update();
      about.update();
      for (const [name, parts] of Object.entries(pages)) {
        for (const part of parts) {
          part.el.hidden = name !== tab;
          if (name === tab) part.update();
        }
      }
      for (const [name, foot] of Object.entries(feet)) {
        foot.el.hidden = name !== tab;
        foot.update();
      }
      code.set(session.model.get(tab === "memory" ? "_code" : "_expression"));
      const now = spoken(context);
      if (now !== told && now) announcer.tell(now);
      told = now;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

/** What has come of the last action, in words. */
function spoken({ session, text }: Context): string {
  const { model, step } = session;
  const memory = model.get("tab") === "memory";
  const { error } = model.get(memory ? "_trouble" : "_refusal");
  if (error) return text.spokenError(error);
  if (!memory) {
    const { shape, typed, value } = model.get("_result");
    return `${typed}: ${value || text.spokenResult(tuple(shape))}`;
  }
  if (!step) return "";
  return text.spokenStep(`x${model.get("_chosen")}`, tuple(step.shape), text.how[step.how]);
}

export default explorer;
