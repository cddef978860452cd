/** What stands under the grids: one of several panels, chosen by tabs. */

import { h, mark } from "../../lib/dom.ts";
import { pools, type Setting } from "./arithmetic/mod.ts";
import { formula } from "./formula.ts";
import { groups } from "./groups.ts";
import { matrixPanel } from "./matrix.ts";
import type { Context, Part } from "./part.ts";
import type { Traits } from "./traits.ts";
import { transposed } from "./transposed.ts";

type Panel = Traits["panel"];

/** Which layers a panel has something to say about. */
const FITS: Record<Panel, (s: Setting) => boolean> = {
  size: () => true,
  views: (s) => s.kind === "transposed",
  groups: (s) => !pools(s.kind),
  matrix: (s) => s.kind !== "max",
};

const KEYS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** Tabs and the panel that is chosen; only that one is kept up to date. */
export function panels(context: Context): Part {
  const { bin, session, text } = context;
  const parts: Record<Panel, Part> = {
    size: formula(context),
    views: transposed(context),
    groups: groups(context),
    matrix: matrixPanel(context),
  };
  const names = Object.keys(parts) as Panel[];
  const list = h("div", { class: "dlw-cv-tabs", role: "tablist", "aria-label": text.panels });
  const tabs = names.map((name) => {
    const tab = h("button", { type: "button", role: "tab" }, text.panelNames[name]);
    bin.listen(tab, "click", () => session.put("panel", name));
    list.append(tab);
    mark(parts[name].el, "role", "tabpanel");
    mark(parts[name].el, "aria-label", text.panelNames[name]);
    return tab;
  });
  const open = (): Panel => {
    const chosen = session.model.get("panel");
    return FITS[chosen](session.picture.setting) ? chosen : "size";
  };
  bin.listen<KeyboardEvent>(list, "keydown", (event) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const near = names.filter((name) => FITS[name](session.picture.setting));
    const next = near[(near.indexOf(open()) + by + near.length) % near.length]!;
    session.put("panel", next);
    tabs[names.indexOf(next)]!.focus();
  });
  return {
    el: h("div", { class: "dlw-cv-panels" }, list, ...names.map((name) => parts[name].el)),
    update() {
      const now = open();
      names.forEach((name, index) => {
        const tab = tabs[index]!;
        tab.hidden = !FITS[name](session.picture.setting);
        mark(tab, "aria-selected", String(name === now));
        mark(tab, "tabindex", name === now ? "0" : "-1");
        parts[name].el.hidden = name !== now;
      });
      parts[now].update();
    },
  };
}
