/** What is shown beside the selection, as tabs: each panel is made when it is first opened. */

import { h } from "../../lib/dom.ts";
import { changes } from "./changes.ts";
import { lessons } from "./lessons.ts";
import { quiz } from "./quiz.ts";
import type { Context, Panel, Part } from "./session.ts";

export const PANELS: Readonly<Record<Exclude<Panel, "select">, (context: Context) => Part>> = {
  lessons,
  changes,
  quiz,
};

/** The open panel; hidden while something is selected. */
export function panels(context: Context): Part {
  const { session } = context;
  const made = new Map<Panel, Part>();
  const el = h("div", { class: "dlw-fe-panel" });
  return {
    el,
    update() {
      const panel = session.model.get("panel");
      el.hidden = panel === "select";
      if (panel === "select") return;
      const part = made.get(panel) ?? PANELS[panel](context);
      made.set(panel, part);
      if (el.firstChild !== part.el) el.replaceChildren(part.el);
      part.update();
    },
  };
}
