/** The field in which a sentence is typed, and sentences to begin with. */

import { h, mark } from "../../lib/dom.ts";
import type { Context, Part } from "./session.ts";

/** A button shows so many characters of a sentence. */
const SHORT = 30;

export function sentence({ bin, model, session, text }: Context): Part {
  const field = h("input", {
    type: "text",
    class: "dlw-tg-field",
    "aria-label": text.sentence,
    placeholder: text.placeholder,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  // An input method puts half a word into the field until it is chosen: that is no text yet.
  let composing = false;
  const take = (): void => {
    if (!composing && field.value !== session.typed) session.say(field.value);
  };
  bin.listen(field, "compositionstart", () => composing = true);
  bin.listen(field, "compositionend", () => {
    composing = false;
    take();
  });
  bin.listen<InputEvent>(field, "input", (event) => {
    if (!event.isComposing) take();
  });
  // A loop without %%train tells nobody of its steps: whoever comes to type sees the model as it is.
  bin.listen(field, "focus", () => session.again());
  const presets = h("div", { class: "dlw-tg-presets", role: "group", "aria-label": text.presets });
  let shown: readonly string[] = [];
  const build = (all: readonly string[]): void => {
    shown = all;
    presets.replaceChildren(...all.map((one) => {
      const button = h("button", { type: "button", title: one, lang: language(one) });
      button.append(one.length > SHORT ? `${one.slice(0, SHORT)}…` : one);
      bin.listen(button, "click", () => session.say(one));
      return button;
    }));
  };
  return {
    el: h("div", { class: "dlw-tg-sentence" }, field, presets),
    update() {
      if (model.get("_presets").join("\n") !== shown.join("\n")) build(model.get("_presets"));
      [...presets.children].forEach((button, i) => {
        mark(button, "aria-pressed", String(shown[i] === session.typed));
      });
      presets.hidden = shown.length === 0;
      if (!composing && field.value !== session.typed) field.value = session.typed;
    },
  };
}

function language(text: string): string {
  return /[\u3400-\u9fff]/.test(text) ? "zh-CN" : "en";
}
