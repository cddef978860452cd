/** What ails the two nets, in words, with the numbers that show it. */

import { h } from "../../lib/dom.ts";
import { count, percent, quantity } from "../../lib/format.ts";
import type { Context, Found, Part } from "./session.ts";

export function diagnosis(context: Context): Part {
  const { announcer, model, text } = context;
  const list = h("div", { class: "dlw-gm-findings" });
  const el = h("section", { class: "dlw-gm-diagnosis" }, h("h3", {}, text.diagnosis), list);
  let [shown, heard] = ["", ""];
  return {
    el,
    update() {
      const found = model.get("_findings");
      const cards = content(context);
      const key = JSON.stringify(cards);
      if (key !== shown) list.replaceChildren(...cards.map(card));
      shown = key;
      const codes = found.map((one) => one.code).join();
      if (codes !== heard && codes) {
        announcer.tell(found.map((one) => text.findings[one.code].name).join(". "));
      }
      heard = codes;
    },
  };
}

interface Card {
  readonly tone: "good" | "bad" | "none";
  readonly name: string;
  readonly seen: readonly string[];
  readonly turn?: string;
  readonly lead?: string;
}

function card({ lead, name, seen, tone, turn }: Card): HTMLElement {
  const parts = [h("b", {}, name), ...seen.filter(Boolean).map((line) => h("p", {}, line))];
  if (turn) parts.push(h("p", { class: "dlw-gm-turn" }, h("span", {}, lead ?? ""), turn));
  return h("div", { class: "dlw-gm-finding", "data-tone": tone }, ...parts);
}

function content(context: Context): Card[] {
  const { model, text } = context;
  const phase = model.get("_phase");
  if (phase === "waiting" || phase === "nobody") return [];
  if (phase === "early") return [{ tone: "none", name: text.early, seen: [text.earlyHint] }];
  const found = model.get("_findings");
  if (found.length === 0) {
    return [{ tone: "good", name: text.fine, seen: [healthy(context), coverage(context)] }];
  }
  return found.map((one) => {
    const { name, seen, turn } = text.findings[one.code];
    return { tone: "bad", name, seen: [seen(numbers(one))], turn, lead: text.turn };
  });
}

/** The evidence as people read it; what is not known is left out. */
function numbers(found: Found): Record<string, string> {
  const shares = ["spread", "accuracy", "swing"];
  const whole = ["covered", "classes"];
  const said: Record<string, string> = {};
  for (const [name, value] of Object.entries(found)) {
    if (typeof value !== "number") continue;
    said[name] = shares.includes(name)
      ? percent(100 * value)
      : name === "period"
      ? count(Math.round(value))
      : quantity(value, whole.includes(name) ? 4 : 2);
  }
  return said;
}

function last({ session }: Context, name: "real" | "fake" | "spread" | "covered"): number | null {
  return session.column(name).at(-1) ?? null;
}

function healthy(context: Context): string {
  const spread = last(context, "spread");
  return context.text.fineHint(
    quantity(last(context, "real"), 2),
    quantity(last(context, "fake"), 2),
    percent(spread === null ? null : 100 * spread),
  );
}

function coverage(context: Context): string {
  const { model, text } = context;
  const { accuracy, classes, trusted } = model.get("_about");
  const covered = last(context, "covered");
  if (classes === 0 || accuracy === null) return text.unknown;
  const right = percent(100 * accuracy);
  if (!trusted) return text.doubtful(right);
  return covered === null ? "" : text.covers(quantity(covered, 2), String(classes), right);
}
