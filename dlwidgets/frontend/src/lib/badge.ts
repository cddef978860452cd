/** The badge that says whether torch (or pandas) has the same numbers. */

import { h, mark } from "./dom.ts";
import { common, type Language } from "./i18n.ts";
import { icon, type IconName } from "./icons.ts";
import type { Part } from "./part.ts";

/** The largest difference, as a share, that rounding explains. */
export const TOLERANCE = 1e-5;

export interface Verdict {
  readonly look: IconName;
  readonly tone: "good" | "bad" | "none";
  readonly label: string;
  readonly hint: string;
}

/** What to say of a difference; `null` while the kernel has not answered. */
export function compared(
  language: Language,
  { apart, gone }: { readonly apart: number | null; readonly gone: boolean },
): Verdict {
  const text = common[language];
  if (gone) return { look: "warn", tone: "none", label: text.gone, hint: text.goneHint };
  if (apart === null) {
    return { look: "ring", tone: "none", label: text.comparing, hint: text.comparing };
  }
  const share = apart === 0 ? "0" : apart.toExponential(1);
  return apart <= TOLERANCE
    ? { look: "done", tone: "good", label: text.equal, hint: text.equalHint(share) }
    : { look: "cross", tone: "bad", label: text.differs(share), hint: text.differsHint };
}

export function badge(verdict: () => Verdict): Part {
  const el = h("span", { class: "dlw-badge", role: "img" });
  let known = "";
  return {
    el,
    update() {
      const { hint, label, look, tone } = verdict();
      if (`${tone}${label}` !== known) el.replaceChildren(icon(look), h("span", {}, label));
      known = `${tone}${label}`;
      mark(el, "data-tone", tone);
      mark(el, "aria-label", label === hint ? label : `${label}. ${hint}`);
      mark(el, "title", hint);
    },
  };
}
