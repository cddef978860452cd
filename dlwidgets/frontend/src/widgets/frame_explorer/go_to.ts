/** Goes to a row by its position or its label; the two are told apart. */

import { h } from "../../lib/dom.ts";
import { combo } from "./combo.ts";
import type { RuledPart } from "./ruled.ts";
import type { Context, Part } from "./session.ts";

export function goTo(context: Context, frame: RuledPart): Part {
  const { bin, session, text } = context;
  const entry = h("input", {
    ...{ type: "text", inputmode: "numeric", class: "dlw-entry dlw-fe-place-entry" },
    ...{ "aria-label": text.goPosition, placeholder: "#", autocomplete: "off" },
  });
  const size = (): number => session.model.get("_grids")["frame"]?.rows.size ?? 0;
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    const row = Number(entry.value.trim().replace(/^#/, "").replaceAll(",", ""));
    if (event.key !== "Enter" || !Number.isInteger(row) || size() === 0) return;
    frame.go(Math.min(Math.max(row < 0 ? row + size() : row, 0), size() - 1), 0);
  });
  const label = combo(context, {
    ...{ label: text.goLabel, axis: "rows" },
    now: () => "",
    choose: (row) => frame.go(row, 0),
  });
  return {
    el: h(
      "div",
      { class: "dlw-fe-go" },
      h("span", {}, text.go),
      h("label", {}, text.goPosition, entry),
      h("label", {}, text.goLabel, label.el),
    ),
    update: label.update,
  };
}
