/** All runs of a sweep, and the one that is chosen. */

import type { Factory } from "../../lib/host.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { widget } from "../../lib/view.ts";
import { choosers } from "./choosers.ts";
import { curves } from "./curves.ts";
import { header } from "./header.ts";
import { heat } from "./heat.ts";
import { picture } from "./pictures.ts";
import { profile } from "./profile.ts";
import { type Context, lossText, type Part, Session, type Traits } from "./session.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "SweepExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language] };
    const { text } = context;
    const learned = picture(context);
    const charts = [
      curves(context),
      session.axes.length > 1 ? heat(context) : profile(context),
      ...(learned ? [learned] : []),
    ];
    const code = codeLine(bin, text, announcer);
    const foot = h("div", { class: "dlw-sw-foot" }, code.el, h("span", {}, text.keys));
    const parts: Part[] = [header(context), choosers(context), ...charts];
    const [top, values] = parts;
    const el = h(
      "div",
      {
        class: "dlw-card dlw-sw",
        role: "group",
        "aria-label": text.explorer(model.get("_optimizer")),
        // JupyterLab's own shortcuts keep out of elements with this mark.
        "data-lm-suppress-shortcuts": "true",
      },
      top!.el,
      values!.el,
      h("div", { class: "dlw-sw-charts", "data-count": charts.length }, ...charts.map((c) => c.el)),
      foot,
    );
    bin.listen<KeyboardEvent>(el, "keydown", (event) => {
      event.stopPropagation();
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && event.key.toLowerCase() === "b") session.choose(model.get("_best"));
    });
    let told = session.run;
    const update = bin.guard(() => {
      for (const part of parts) part.update();
      const { run } = session;
      code.set(model.get("_code")[run] ?? "");
      if (run === told) return;
      told = run;
      const loss = lossText(session.final[run]);
      announcer.tell(text.spoken(session.name(run), loss, text.zones[session.zone(run)]));
    });
    update();
    bin.add(session.painter.watch(update));
    return h("div", { class: "dlw", lang: scene.language === "zh" ? "zh-CN" : "en" }, el);
  },
});

export default explorer;
