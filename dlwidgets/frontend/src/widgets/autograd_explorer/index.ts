/** A graph of autograd, to be touched and walked backward. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { attempts } from "./attempts.ts";
import { graph } from "./graph.ts";
import { header } from "./header.ts";
import { jacobian } from "./jacobian.ts";
import { leaves } from "./leaves.ts";
import { list } from "./numbers.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { detail, steps, title } from "./steps.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "AutogradExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    session.read();
    const context: Context = { ...scene, text: words[language] };
    const { text } = context;
    const top = [header(context), graph(context), detail(context)];
    const below = [leaves(context), steps(context), jacobian(context), attempts(context)];
    const keys = notice(language, session.link, text.keys);
    const parts: Part[] = [...top, ...below, keys];
    const line = codeLine(bin, common[language], announcer);
    line.el.classList.add("dlw-au-code");
    const none = h("p", { class: "dlw-au-soft" }, text.codeNone);
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-au" },
      ...top.map((part) => part.el),
      h("div", { class: "dlw-au-below" }, ...below.map((part) => part.el)),
      h("div", { class: "dlw-au-foot" }, line.el, none, keys.el),
    );
    const speak = speaker(context);
    const update = bin.guard(() => {
      session.read();
      session.link.look(inner);
      for (const part of parts) part.update();
      const code = session.model.get("_code");
      line.el.hidden = code === "";
      none.hidden = code !== "";
      line.set(code);
      speak();
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;

/** Tells what changed: another step, or other numbers. */
function speaker(context: Context): () => void {
  const { announcer, model, session, text } = context;
  let [step, told] = [session.step, ""];
  return () => {
    if (session.step !== step && !session.player.playing) {
      announcer.tell(text.step(String(session.step), title(context, session.step)));
    }
    step = session.step;
    const root = session.variable(model.get("_start"));
    if (!root || session.drafts.size > 0) return;
    const slopes = session.variables.filter((one) => one.kind === "leaf" && one.gradient)
      .map((one) => `${one.name} ${list(one.total, one.shape, one.count, 4)}`);
    const value = root.known ? list(root.values, root.shape, root.count, 4) : text.unknown;
    const now = text.spoken(root.name, value, slopes.join(", "));
    if (told !== "" && now !== told) announcer.tell(now);
    told = now;
  };
}
