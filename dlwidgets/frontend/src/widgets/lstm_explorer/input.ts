/** The input of the step under the cursor, to be dragged, typed, or, with words, replaced. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { type Context, held, type Part } from "./session.ts";

export function input(context: Context): Part {
  const { model, session, text } = context;
  const list = h("div", { class: "dlw-ls-inputs" });
  const note = h("small", {});
  const word = words(context);
  let rows: Part[] = [];
  return {
    el: h(
      "section",
      { class: "dlw-ls-input" },
      h("h3", {}, text.input, note),
      word.el,
      list,
    ),
    update() {
      const many = held(model.get("_x")).length;
      if (many !== rows.length) {
        rows = Array.from({ length: many }, (_, i) => row(context, i));
        list.replaceChildren(...rows.map((one) => one.el));
      }
      const all = session.net.features;
      say(note, all > many ? text.more(String(many), String(all)) : "");
      word.update();
      for (const one of rows) one.update();
    },
  };
}

function row({ bin, model, session, text }: Context, index: number): Part {
  const name = text.featureLabel(String(index));
  const slider = h("input", { type: "range", class: "dlw-range", "aria-label": name, step: "any" });
  const now = (): number => held(model.get("_x"))[index]!;
  const before = (): number => held(model.get("_x_before"))[index]!;
  const typed = entry(bin, {
    label: text.featureValue(String(index)),
    now,
    put: (value) => session.edit(index, value, true),
  });
  const el = h(
    "div",
    { class: "dlw-ls-row" },
    h("code", {}, text.feature(String(index))),
    slider,
    typed.el,
  );
  const step = (): number => {
    const [low, high] = held(model.get("_reach"));
    return (high! - low!) / 200;
  };
  const put = (value: number, final: boolean): void => {
    const unit = step();
    session.edit(index, Number((Math.round(value / unit) * unit).toPrecision(4)), final);
  };
  bin.listen(slider, "input", () => put(Number(slider.value), false));
  bin.listen(slider, "change", () => put(Number(slider.value), true));
  bin.listen<KeyboardEvent>(slider, "keydown", (event) => {
    const turn = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (turn === undefined) return;
    event.preventDefault();
    const from = session.link.commands.pending("edit") ? Number(slider.value) : now();
    slider.value = String(from + turn * (event.shiftKey ? 10 : 1) * step());
    put(Number(slider.value), true);
  });
  bin.listen(el, "dblclick", () => session.edit(index, before(), true));
  return {
    el,
    update() {
      const [low, high] = held(model.get("_reach"));
      mark(slider, "min", String(low));
      mark(slider, "max", String(high));
      slider.disabled = session.link.gone;
      if (!session.link.commands.pending("edit") && Number(slider.value) !== now()) {
        slider.value = String(now());
      }
      const moved = !Object.is(now(), before());
      mark(el, "data-moved", moved);
      mark(el, "title", moved ? text.was(quantity(before(), 4)) : undefined);
      typed.update();
    },
  };
}

let lists = 0;

/** The word at the step, and another one to put in its place. */
function words({ bin, model, session, text }: Context): Part {
  const id = `dlw-ls-words-${lists++}`;
  const field = h("input", {
    ...{ type: "text", class: "dlw-entry dlw-ls-word", list: id, autocomplete: "off" },
    "aria-label": text.word,
  });
  const offered = h("datalist", { id });
  const was = h("small", {});
  const put = (): void => {
    if (field.value && field.value !== model.get("_word")[0]) session.speak(field.value);
  };
  bin.listen(field, "focus", () => field.select());
  bin.listen<KeyboardEvent>(field, "keydown", (event) => {
    // While an input method composes, Enter chooses a character.
    if (event.key === "Enter" && !event.isComposing) put();
  });
  bin.listen(field, "change", put);
  const el = h("label", { class: "dlw-ls-speak" }, text.word, field, offered, was);
  let known: unknown = null;
  return {
    el,
    update() {
      const [now, before] = model.get("_word");
      const vocab = model.get("_vocab");
      el.hidden = now === undefined;
      field.disabled = session.link.gone || (!vocab.length && !/^#\d+$/.test(now ?? ""));
      if (document.activeElement !== field) field.value = now ?? "";
      say(was, now === before ? "" : text.was(before ?? ""));
      if (known === vocab) return;
      known = vocab;
      offered.replaceChildren(...vocab.map((one) => h("option", { value: one })));
    },
  };
}
