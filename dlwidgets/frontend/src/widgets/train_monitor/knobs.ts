/** The sliders: what can be turned while the run goes on. */

import { h, mark, say } from "../../lib/dom.ts";
import { parse, quantity } from "../../lib/format.ts";
import { nudge, position, POSITIONS, valueAt } from "../../lib/scale.ts";
import { type Context, type Part, steerable } from "./part.ts";
import type { Knob } from "./session.ts";

interface Row {
  readonly el: HTMLElement;
  update(knob: Knob): void;
}

/** Rates and the user's own knobs in front, the rest behind “more”. */
export function knobs(context: Context): Part {
  const { model, text } = context;
  const main = h("div", { class: "dlw-tm-knoblist" });
  const rest = h("div", { class: "dlw-tm-knoblist" });
  const summary = h("summary");
  const more = h("details", { class: "dlw-tm-more" }, summary, rest);
  const rows = new Map<string, Row>();
  let shown = "";
  const rebuild = (all: Knob[]): void => {
    rows.clear();
    for (const knob of all) rows.set(knob.name, row(context, knob.name));
    const pick = (wanted: boolean): HTMLElement[] =>
      all.filter((knob) => knob.main === wanted).map((knob) => rows.get(knob.name)!.el);
    main.replaceChildren(...pick(true));
    rest.replaceChildren(...pick(false));
    more.hidden = rest.childElementCount === 0;
    say(summary, text.more(rest.childElementCount));
  };
  return {
    el: h("section", { class: "dlw-tm-knobs", "aria-label": text.knobs }, main, more),
    update() {
      const all = model.get("_knobs");
      const names = JSON.stringify(all.map((knob) => [knob.name, knob.main]));
      if (names !== shown) rebuild(all);
      shown = names;
      for (const knob of all) rows.get(knob.name)?.update(knob);
    },
  };
}

/** The pieces of a row, by what they do. */
interface Pieces {
  readonly el: HTMLElement;
  readonly slider: HTMLInputElement;
  readonly entry: HTMLInputElement;
  readonly badge: HTMLElement;
  readonly hint: HTMLElement;
}

function pieces({ text }: Context, name: string): Pieces {
  const range = { type: "range", class: "dlw-range", min: 0, max: POSITIONS, step: 1 };
  const slider = h("input", { ...range, "aria-label": name });
  const plain = { type: "text", class: "dlw-entry", autocomplete: "off", spellcheck: "false" };
  const entry = h("input", { ...plain, inputmode: "decimal", "aria-label": text.valueOf(name) });
  const badge = h("span", { class: "dlw-tm-pending", title: text.pendingHint }, text.pending);
  const hint = h("div", { class: "dlw-tm-hint" });
  const head = h("div", { class: "dlw-tm-knobhead" }, h("b", { title: name }, name), badge);
  const el = h("div", { class: "dlw-tm-knob" }, head, slider, entry, hint);
  return { el, slider, entry, badge, hint };
}

function row(context: Context, name: string): Row {
  const { commands } = context.session;
  const { el, slider, entry, badge, hint } = pieces(context, name);
  const key = `set:${name}`;
  let now: Knob | null = null;
  // What this view has asked for and Python has not confirmed yet.
  let wanted: number | null = null;
  let [held, typing] = [false, false];
  const show = (value: number): void => {
    if (!held) slider.value = String(position(value, now!));
    mark(slider, "aria-valuetext", quantity(value));
    if (!typing) entry.value = plain(value);
  };
  const ask = (value: number, last: boolean): void => {
    wanted = value;
    commands[last ? "now" : "newest"](key, "set", { name, value });
    show(value);
  };
  const asking = {
    get: () => now,
    asked: () => wanted,
    ask,
    typing: (on: boolean) => (typing = on),
  };
  followSlider(context, slider, asking, (on) => (held = on));
  followEntry(context, name, entry, asking);
  return {
    el,
    update(knob) {
      now = knob;
      if (!held && !commands.pending(key)) wanted = null;
      const value = wanted ?? knob.pending ?? knob.value;
      slider.disabled = entry.disabled = !steerable(context);
      badge.hidden = wanted === null && knob.pending === null;
      say(hint, scheduled(context, knob));
      if (value !== null) show(value);
      else if (!typing) entry.value = "–";
    },
  };
}

/** Keys on a slider, and how many nudges each is worth. */
const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
};

interface Asking {
  get(): Knob | null;
  asked(): number | null;
  ask(value: number, last: boolean): void;
  typing(on: boolean): void;
}

function followSlider(
  { bin }: Context,
  slider: HTMLInputElement,
  { get, asked, ask }: Asking,
  hold: (on: boolean) => void,
): void {
  let down = false;
  const value = (): number => valueAt(Number(slider.value), get()!);
  bin.listen(slider, "pointerdown", () => hold(down = true));
  // While dragging the newest value counts; the one at release always arrives.
  bin.listen(slider, "input", () => {
    if (down) ask(value(), false);
  });
  const release = (): void => hold(down = false);
  bin.listen(slider, "change", () => {
    release();
    ask(value(), true);
  });
  bin.listen<KeyboardEvent>(slider, "keydown", (event) => {
    const by = STEPS[event.key];
    const from = get()?.pending ?? get()?.value;
    if (!by || from === null || from === undefined) return;
    event.preventDefault();
    let next = asked() ?? from;
    for (let i = 0; i < Math.abs(by); i++) next = nudge(next, by > 0 ? 1 : -1, get()!);
    ask(next, true);
  });
  bin.listen(slider, "pointerup", release);
  bin.listen(slider, "pointercancel", release);
}

function followEntry(
  context: Context,
  name: string,
  entry: HTMLInputElement,
  { get, ask, typing }: Asking,
): void {
  const { bin, session, text } = context;
  const leave = (): void => {
    typing(false);
    mark(entry, "aria-invalid", undefined);
    session.changed();
  };
  const take = (): void => {
    const value = parse(entry.value);
    if (value === null) {
      mark(entry, "aria-invalid", "true");
      session.commands.refusal = { key: `set:${name}`, text: text.notNumber(name, entry.value) };
      session.changed();
      return;
    }
    leave();
    ask(value, true);
  };
  bin.listen(entry, "input", () => typing(true));
  bin.listen(entry, "change", take);
  bin.listen(entry, "blur", leave);
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const from = parse(entry.value);
    if (from === null) return;
    leave();
    ask(nudge(from, event.key === "ArrowUp" ? 1 : -1, get()!), true);
  });
}

function scheduled({ text }: Context, { scheduled: base, value }: Knob): string {
  if (base === null || value === null) return "";
  const factor = base === 0 ? "…" : quantity(value / base, 3);
  return text.scheduled(quantity(base), factor, quantity(value));
}

/** A value as one would type it. */
function plain(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const small = rounded !== 0 && Math.abs(rounded) < 1e-4;
  return small ? rounded.toExponential().replace("e+", "e") : String(rounded);
}
