/** A training that begins anew with each move of a knob. */

import type { Factory } from "../../lib/host.ts";
import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { common } from "../../lib/i18n.ts";
import { widget } from "../../lib/view.ts";
import { losses, timeline, ways } from "./charts.ts";
import { header, trouble } from "./header.ts";
import { knobs } from "./knobs.ts";
import { panels } from "./panels.ts";
import { B, type Context, LOSS, type Part, Session, type Traits, W } from "./session.ts";
import { sources } from "./source.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "RetrainExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, model, session } = scene;
    const context: Context = { ...scene, text: words[scene.language] };
    const { text } = context;
    const engines = model.get("_kind") === "engines";
    const learned = panels(context);
    const charts: Part[] = engines ? [losses(context), ways(context)] : [losses(context)];
    const below = h("div", { class: "dlw-re-charts" }, ...charts.map((chart) => chart.el));
    const pictures = h("div", { class: "dlw-re-pictures" }, learned.el, below);
    const parts: Part[] = [
      header(context),
      knobs(context),
      trouble(context),
      ...(engines ? [timeline(context), sources(context)] : []),
    ];
    const [top, turning, wrong, ...rest] = parts.map((part) => part.el);
    const line = codeLine(bin, common[scene.language], announcer);
    const said = notice(scene.language, session.link, engines ? text.keys : text.keysOfOwn);
    const { el, inner } = card(
      bin,
      scene.language,
      { label: text.explorer, name: "dlw-re" },
      ...[top!, turning!, wrong!, pictures, ...rest],
      h("div", { class: "dlw-re-foot" }, line.el, said.el),
    );
    inner.dataset["kind"] = model.get("_kind");
    let told = ending(context);
    const update = bin.guard(() => {
      session.refresh();
      session.link.look(inner);
      for (const part of [...parts, learned, ...charts, said]) part.update();
      line.set(model.get("_line"));
      const now = ending(context);
      if (now && now !== told) announcer.tell(now);
      told = now || told;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

/** In words what a training has come to; empty while it goes on. */
function ending({ model, session, text }: Context): string {
  const first = session.running[0];
  if (!model.get("_done") || !first) return "";
  if (first.ending === "diverged") return text.diverged(String(first.done + 1));
  const at = session.lanes.indexOf(first);
  const [names, all] = model.get("_kind") === "engines"
    ? [["w", "b"], [W, B]] as const
    : [[text.loss], [LOSS]] as const;
  return text.spoken(
    names.map((name, i) => `${name} ${quantity(session.now(at, all[i]!), 4)}`).join(", "),
  );
}

export default explorer;
