/** The card that a widget stands in, and its last line. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import { common, type Language } from "./i18n.ts";
import type { Link } from "./link.ts";
import type { Part } from "./part.ts";

/** Makes the card; `name` is the class of the widget's own style, as `dlw-lo`. */
export function card(
  bin: Disposer,
  language: Language,
  { label, name }: { readonly label: string; readonly name: string },
  ...children: HTMLElement[]
): { readonly el: HTMLElement; readonly inner: HTMLElement } {
  const inner = h(
    "div",
    {
      class: `dlw-card ${name}`,
      role: "group",
      "aria-label": label,
      // JupyterLab's own shortcuts keep out of elements with this mark.
      "data-lm-suppress-shortcuts": "true",
    },
    ...children,
  );
  bin.listen<KeyboardEvent>(inner, "keydown", (event) => event.stopPropagation());
  const el = h("div", { class: "dlw", lang: language === "zh" ? "zh-CN" : "en" }, inner);
  return { el, inner };
}

/** The keys, or what the user should know just now: a refusal, a busy kernel, none at all. */
export function notice(language: Language, link: Link, keys: string): Part {
  const el = h("p", { class: "dlw-notice", role: "status" });
  const text = common[language];
  return {
    el,
    update() {
      const { late, refusal } = link.commands;
      const [tone, words] = link.gone
        ? ["bad", text.goneHint] as const
        : refusal
        ? ["bad", refusal.text] as const
        : late
        ? ["warn", text.late] as const
        : ["", keys] as const;
      mark(el, "data-tone", tone || undefined);
      say(el, words);
    },
  };
}
