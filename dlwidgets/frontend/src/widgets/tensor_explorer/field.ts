/** A line that is typed and sent, with examples to begin from; and what torch says against it. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Context, Part } from "./session.ts";

interface Asking {
  readonly label: string;
  readonly action: string;
  readonly hint: string;
  offered(): readonly string[];
  take(typed: string): void;
  /** What stands in the field while nobody types. */
  now?(): string;
}

export function field({ bin }: Context, asking: Asking): Part {
  const { action, hint, label, now, offered, take } = asking;
  const plain = { type: "text", autocomplete: "off", spellcheck: "false", placeholder: hint };
  const entry = h("input", { ...plain, class: "dlw-entry dlw-te-entry", "aria-label": label });
  const button = h("button", { type: "button", class: "dlw-button" }, action);
  const chips = h("div", { class: "dlw-te-chips", role: "group", "aria-label": label });
  const go = (typed: string): void => {
    if (typed.trim() === "") return;
    take(typed);
    if (!now) entry.value = "";
  };
  bin.listen(button, "click", () => go(entry.value));
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.key === "Enter") go(entry.value);
    if (event.key === "Escape" && now) entry.value = now();
  });
  bin.listen(chips, "click", (event) => {
    const chip = (event.target as Element).closest("button");
    if (chip) go(chip.textContent ?? "");
  });
  let [known, shown] = ["", ""];
  return {
    el: h(
      "div",
      { class: "dlw-te-field" },
      h("div", { class: "dlw-te-line" }, entry, button),
      chips,
    ),
    update() {
      const fresh = now?.() ?? "";
      if (now && fresh !== shown) entry.value = fresh;
      shown = fresh;
      const all = offered();
      if (all.join("\n") === known) return;
      known = all.join("\n");
      chips.replaceChildren(
        ...all.map((one) => h("button", { type: "button", class: "dlw-te-chip" }, one)),
      );
    },
  };
}

/** Torch's own words, a hint, and what would work. */
export function trouble(
  context: Context,
  now: () => { readonly error: string; readonly hint: string; readonly remedies: string[] },
  command: "apply" | "compute",
): Part {
  const { bin, session, text } = context;
  const [error, hint, list] = [h("code"), h("p", { class: "dlw-te-hint" }), h("p")];
  const el = h(
    "div",
    { class: "dlw-te-trouble", role: "alert", hidden: true },
    h("p", {}, h("b", {}, text.refused), " ", error),
    hint,
    list,
  );
  bin.listen(list, "click", (event) => {
    const button = (event.target as Element).closest("button");
    if (button) session.send(command, button.textContent);
  });
  let known = "";
  return {
    el,
    update() {
      const found = now();
      el.hidden = found.error === "";
      say(error, found.error);
      say(hint, text.hints[found.hint] ?? "");
      hint.hidden = !hint.textContent;
      mark(list, "hidden", found.remedies.length === 0);
      if (found.remedies.join("\n") === known) return;
      known = found.remedies.join("\n");
      list.replaceChildren(
        h("span", {}, text.remedies),
        ...found.remedies.map((one) => h("button", { type: "button", class: "dlw-te-chip" }, one)),
      );
    },
  };
}
