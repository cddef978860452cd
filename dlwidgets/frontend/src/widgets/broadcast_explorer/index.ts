/** Broadcasting, cell by cell. */

import { card, notice } from "../../lib/card.ts";
import { codeLine } from "../../lib/code.ts";
import { h } from "../../lib/dom.ts";
import type { Factory } from "../../lib/host.ts";
import { common } from "../../lib/i18n.ts";
import { tuple } from "../../lib/sheet.ts";
import { widget } from "../../lib/view.ts";
import { axes, header, trouble } from "./controls.ts";
import { type Context, type Part, Session, type Traits } from "./session.ts";
import { line, stage } from "./stage.ts";
import { words } from "./words.ts";

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "BroadcastExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    const text = words[language];
    const context: Context = { ...scene, text, pointer: { hover: null, pin: null } };
    const code = codeLine(bin, common[language], announcer);
    const parts: Part[] = [
      ...[header(context), axes(context), trouble(context), stage(context), line(context)],
    ];
    const foot = notice(language, session.link, text.keys);
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-bc" },
      ...parts.map((part) => part.el),
      h("div", { class: "dlw-bc-foot" }, code.el, foot.el),
    );
    const outcome = (): string => {
      const error = session.model.get("_error");
      return error ? text.spokenError(error) : text.spoken(tuple(session.out.shape));
    };
    let told = outcome();
    const update = bin.guard(() => {
      session.link.look(inner);
      for (const part of parts) part.update();
      foot.update();
      code.set(session.model.get("_code"));
      const now = outcome();
      if (now !== told) announcer.tell(now);
      told = now;
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

export default explorer;
