/** A frame, to be selected from. */

import { card, notice } from "../../lib/card.ts";
import { h, say } from "../../lib/dom.ts";
import { count } from "../../lib/format.ts";
import type { Factory } from "../../lib/host.ts";
import { segments } from "../../lib/segments.ts";
import { widget } from "../../lib/view.ts";
import { expression } from "./expression.ts";
import { panels } from "./panels.ts";
import { pickers } from "./pickers.ts";
import { result } from "./result.ts";
import { ruled } from "./ruled.ts";
import { type Context, type Panel, type Part, Session, type Traits } from "./session.ts";
import { spellings } from "./spellings.ts";
import { tuple, visible } from "./texts.ts";
import { words } from "./words.ts";

const TABS: readonly Panel[] = ["select", "lessons", "changes", "quiz"];

const explorer: Factory<Traits> = widget<Traits, Session>({
  name: "FrameExplorer",
  open: (model, bin) => new Session(model, bin),
  draw(scene) {
    const { announcer, bin, language, session } = scene;
    const text = words[language];
    const context: Context = { ...scene, text, say: (both) => both[language] };
    const frame = ruled(context, {
      ...{ grid: "frame", label: text.frame, height: 262 },
      area: (area, final) => session.area(area, final),
    });
    const selecting: Part[] = [
      pickers(context, frame),
      frame,
      expression(context),
    ];
    const under: Part[] = [result(context, frame), spellings(context)];
    const select = h(
      "div",
      { class: "dlw-fe-select-page" },
      ...selecting.map((part) => part.el),
      h("div", { class: "dlw-fe-under" }, ...under.map((part) => part.el)),
    );
    const [top, panel] = [header(context), panels(context)];
    const said = notice(language, session.link, text.keys);
    const { el, inner } = card(
      bin,
      language,
      { label: text.explorer, name: "dlw-fe" },
      top.el,
      select,
      panel.el,
      h("div", { class: "dlw-fe-foot" }, said.el),
    );
    let told = session.model.get("_outcome").version;
    const update = bin.guard(() => {
      session.link.look(inner);
      select.hidden = session.model.get("panel") !== "select";
      const shown = select.hidden ? [] : [...selecting, ...under];
      for (const part of [top, ...shown, panel, said]) part.update();
      // The keys are those of the selection.
      if (select.hidden && !said.el.hasAttribute("data-tone")) say(said.el, "");
      const { version } = session.model.get("_outcome");
      if (version !== told && !session.link.commands.pending("select")) {
        told = version;
        announcer.tell(spoken(context));
      }
    });
    update();
    bin.add(session.painter.watch(update));
    return el;
  },
});

function header(context: Context): Part {
  const { bin, session, text } = context;
  const [name, about, renewed] = [h("b"), h("span"), h("span", { class: "dlw-fe-renewed" })];
  const again = h("button", { type: "button", class: "dlw-button", title: text.refreshHint });
  say(again, text.refresh);
  bin.listen(again, "click", () => session.send("refresh"));
  const tabs = segments<Panel>(bin, {
    ...{ label: text.panel, all: TABS, names: text.panels },
    now: () => session.model.get("panel"),
    choose: (one) => session.send("panel", one),
  });
  return {
    el: h("div", { class: "dlw-fe-header" }, h("p", {}, name, about, renewed), tabs.el, again),
    update() {
      tabs.update();
      const grid = session.model.get("_grids")["frame"];
      say(name, session.model.get("_variable"));
      if (!grid) return;
      const [rows, columns] = [count(grid.rows.size), count(grid.columns.size)];
      say(about, grid.series ? text.series(rows, visible(grid.name)) : text.sizes(rows, columns));
      const times = session.model.get("_renewed");
      say(renewed, times ? text.renewed : "");
    },
  };
}

/** What the selection gives, in words. */
function spoken({ say: inWords, session, text }: Context): string {
  const { code, error, kind, shape } = session.model.get("_outcome");
  if (error.reason) return `${error.exception} ${inWords(error.words)}`.trim();
  return `${code}: ${text.kinds[kind]!} ${kind === "scalar" ? "" : tuple(shape)}`;
}

export default explorer;
