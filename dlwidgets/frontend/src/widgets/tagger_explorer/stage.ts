/** A card for every word: its tag, and a bar for each that it could have. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { look } from "../../lib/palette.ts";
import type { Context, Part, Word } from "./session.ts";

/** Tags on a card; of more, the most probable. */
const ROWS = 8;

interface Card {
  readonly el: HTMLElement;
  update(word: Word, at: number): void;
}

export function stage(context: Context): Part {
  const { bin, model, session, text } = context;
  const list = h("div", { class: "dlw-tg-words", role: "listbox", "aria-label": text.words });
  const empty = h("p", { class: "dlw-tg-empty" }, text.empty);
  const more = h("p", { class: "dlw-tg-more" });
  const el = h("div", { class: "dlw-tg-stage" }, list, empty, more);
  const cards: Card[] = [];
  // The names of the tags are there from the beginning, and stay.
  const rows = Math.min(ROWS, model.get("_names").length);
  el.style.setProperty("--rows", String(rows));

  const index = (event: Event): number => {
    const card = (event.target as Element).closest(".dlw-tg-word");
    return card ? [...list.children].indexOf(card) : -1;
  };
  const here = (event: Event): void => {
    const at = index(event);
    if (at >= 0) session.look(at);
  };
  bin.listen(list, "pointerover", here);
  bin.listen(list, "focusin", here);
  bin.listen<KeyboardEvent>(list, "keydown", (event) => {
    const at = index(event);
    const last = session.words.length - 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    cards[Math.max(0, Math.min(last, to))]?.el.focus();
  });
  return {
    el,
    update() {
      const { words } = session;
      while (cards.length > words.length) cards.pop()!.el.remove();
      while (cards.length < words.length) {
        const made = card(context, rows);
        cards.push(made);
        list.append(made.el);
      }
      const focus = Math.max(0, Math.min(session.at, words.length - 1));
      cards.forEach((one, i) => {
        one.update(words[i]!, i);
        one.el.tabIndex = i === focus ? 0 : -1;
      });
      empty.hidden = words.length > 0;
      more.hidden = !model.get("_more");
      say(more, text.more(String(words.length)));
      mark(el, "data-compare", model.get("compare"));
      mark(el, "aria-busy", session.settled ? undefined : "true");
    },
  };
}

function card(context: Context, rows: number): Card {
  const { model, session, text } = context;
  const [word, tag, note] = [h("b", {}), h("span", { class: "dlw-tg-tag" }), h("small", {})];
  const bars = Array.from({ length: rows }, () => bar());
  const el = h(
    "div",
    { class: "dlw-tg-word", role: "option" },
    h("div", { class: "dlw-tg-head" }, word, tag),
    note,
    h("div", { class: "dlw-tg-bars" }, ...bars.map((one) => one.el)),
  );
  return {
    el,
    update(held, at) {
      const names = model.get("_names");
      const best = session.best(held.now);
      const once = model.get("compare") ? session.best(held.before) : best;
      say(word, held.text);
      mark(word, "title", held.text);
      say(tag, best < 0 ? "" : names[best]!);
      mark(tag, "title", best < 0 ? undefined : text.meaning(names[best]!));
      tag.style.setProperty("--tag", `var(${look(Math.max(0, best)).color})`);
      const about = [text.kind(held.kind, held.word)];
      if (once >= 0 && once !== best) about.push(text.was(names[once]!));
      say(note, about.filter(Boolean).join(" · "));
      mark(note, "title", note.textContent || undefined);
      mark(el, "data-kind", held.kind);
      mark(el, "aria-selected", String(at === session.at));
      const asked = held.kind !== "missing" && held.kind !== "mark";
      const share = best < 0 ? "" : ` ${names[best]} ${quantity(held.now[best], 3)}`;
      mark(
        el,
        "aria-label",
        `${held.text}${share}${note.textContent ? `, ${note.textContent}` : ""}`,
      );
      order(held.now, rows).forEach((index, row) => {
        bars[row]!.set(asked, names[index]!, held.now[index]!, held.before[index], index, best);
      });
    },
  };
}

/** The tags that have room: all in their order, or the most probable ones. */
export function order(probabilities: Float64Array, rows: number): number[] {
  const all = Array.from(probabilities, (_, i) => i);
  if (all.length <= rows) return all;
  return all.sort((a, b) => (probabilities[b]! - probabilities[a]!) || a - b).slice(0, rows);
}

interface Bar {
  readonly el: HTMLElement;
  set(
    asked: boolean,
    name: string,
    now: number,
    before: number | undefined,
    index: number,
    best: number,
  ): void;
}

function bar(): Bar {
  const [name, fill, once] = [h("span", {}), h("i", {}), h("i", { class: "dlw-tg-tick" })];
  const number = h("output", {});
  const el = h("div", { class: "dlw-tg-bar" }, name, h("div", {}, fill, once), number);
  const part = (value: number): string => Number.isFinite(value) ? value.toFixed(4) : "0";
  return {
    el,
    set(asked, called, now, before, index, best) {
      say(name, called);
      mark(name, "title", called);
      mark(el, "data-best", index === best);
      el.style.setProperty("--tag", `var(${look(index).color})`);
      fill.style.setProperty("--part", part(now));
      once.style.setProperty("--part", part(before ?? NaN));
      once.hidden = before === undefined || !Number.isFinite(before);
      say(number, asked ? share(now) : "");
      const exact = `${quantity(now, 8)}${once.hidden ? "" : ` (${quantity(before, 8)})`}`;
      mark(el, "title", asked ? exact : undefined);
    },
  };
}

/** A probability with two places; what rounds to 0 or 1 but is not says so. */
export function share(value: number): string {
  if (!Number.isFinite(value)) return "NaN";
  if (value > 0 && value < 0.005) return "<.01";
  if (value < 1 && value > 0.995) return ">.99";
  return value === 0 ? "0" : value.toFixed(2).replace(/^0/, "");
}
