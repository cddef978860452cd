/** Changing data on a copy: a statement typed or made from a choice, and what it has changed. */

import { codeLine } from "../../lib/code.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { common } from "../../lib/i18n.ts";
import { sheet, type Target } from "./changes_sheet.ts";
import { words } from "./changes_words.ts";
import type { Context, Part } from "./session.ts";
import { parted, visible } from "./texts.ts";

export function changes(context: Context): Part {
  const { announcer, bin, language, say: inWords, session } = context;
  const text = words[language];
  const commands = session.link.commands;
  const plain = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const entry = h("input", {
    ...plain,
    ...{ class: "dlw-entry dlw-fe-statement", dir: "ltr", "aria-label": text.statement },
    ...{ maxlength: 2000, placeholder: text.statement },
  });
  const button = (label: string): HTMLButtonElement =>
    h("button", { type: "button", class: "dlw-button" }, label);
  const [run, undo, clear] = [button(text.run), button(text.undo), button(text.clear)];
  const examples = h("div", {
    class: "dlw-fe-examples",
    role: "group",
    "aria-label": text.examples,
  });
  const [intro, told] = [h("p", { class: "dlw-fe-soft" }), h("p", { class: "dlw-fe-told" })];
  const left = h("p", { class: "dlw-fe-soft" });
  const code = codeLine(bin, common[language], announcer);
  const table = sheet(context);
  const form = target(context, () => table.target());
  const wrong = refusal(context, (better) => {
    entry.value = better;
    commands.now("change", "change", better);
  });
  const carry = (): void => {
    if (entry.value.trim()) commands.now("change", "change", entry.value);
  };
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    // While Chinese is being composed, Enter chooses a word.
    if (event.key === "Enter" && !event.isComposing) carry();
  });
  bin.listen(run, "click", carry);
  bin.listen(undo, "click", () => commands.now("change", "change_undo"));
  bin.listen(clear, "click", () => commands.now("change", "change_clear"));
  let [known, steps] = ["", 0];
  const offer = (all: readonly string[]): void => {
    examples.replaceChildren(
      h("span", {}, text.examples),
      ...all.map((one) => {
        const pick = h(
          "button",
          { type: "button", class: "dlw-fe-example", dir: "ltr" },
          visible(one),
        );
        bin.listen(pick, "click", () => {
          entry.value = one;
          entry.focus();
        });
        return pick;
      }),
    );
  };
  return {
    el: h(
      "div",
      { class: "dlw-fe-changes" },
      intro,
      h("div", { class: "dlw-fe-line" }, entry, run, undo, clear),
      examples,
      h("div", { class: "dlw-fe-came-of" }, wrong.el, told),
      table.el,
      left,
      form.el,
      h("h3", {}, text.code),
      code.el,
    ),
    update() {
      const now = session.model.get("_changes");
      const { gone } = session.link;
      say(intro, now.cut.length === 0 ? text.intro : text.cut(now.cut[0]!, now.cut[1]!));
      const offered = now.examples.join("\n");
      if (offered !== known) offer(now.examples);
      known = offered;
      run.disabled = gone;
      undo.disabled = clear.disabled = gone || now.steps === 0;
      if (now.steps > steps) entry.value = "";
      const said = now.steps > 0
        ? [inWords(now.words), ...now.warnings.map(visible)].join(" ")
        : text.none;
      if (now.steps !== steps) announcer.tell(said);
      steps = now.steps;
      say(told, said);
      left.hidden = now.rows_left === 0 && now.columns_left === 0;
      say(left, left.hidden ? "" : text.left(now.rows_left, now.columns_left));
      code.set(now.code);
      wrong.update();
      told.hidden = !wrong.el.hidden;
      table.update();
      form.update();
    },
  };
}

/** What can be done with the row, column or cell that is chosen, and adding a column. */
function target(context: Context, chosen: () => Target | null): Part {
  const { bin, language, session } = context;
  const text = words[language];
  const plain = { type: "text", autocomplete: "off", spellcheck: "false", class: "dlw-entry" };
  const label = h("input", { ...plain, "aria-label": text.name, placeholder: text.name });
  const value = h("input", {
    ...plain,
    ...{ "aria-label": `${text.value}: ${text.valueHint}`, placeholder: text.value },
    title: text.valueHint,
  });
  const where = h("span", { class: "dlw-fe-target" });
  const button = (form: string, name: string): HTMLButtonElement => {
    const one = h("button", { type: "button", class: "dlw-button" }, name);
    bin.listen(one, "click", () => {
      const at = form === "add" ? null : chosen();
      session.link.commands.now("change", "change_form", {
        ...{ form, label: label.value, text: value.value },
        ...{ row: at?.row ?? -1, column: at?.column ?? -1 },
      });
    });
    return one;
  };
  const add = button("add", text.add);
  const [rename, set, drop] = [
    button("rename", text.rename),
    button("set", text.set),
    button("drop", text.drop),
  ];
  for (const one of [label, value]) bin.listen(one, "input", () => session.changed());
  return {
    el: h("div", { class: "dlw-fe-form" }, where, label, value, add, rename, set, drop),
    update() {
      const at = chosen();
      const { series } = session.model.get("_changes");
      const one = at !== null && (at.row < 0) !== (at.column < 0);
      say(
        where,
        !at
          ? text.nothing
          : at.column < 0
          ? text.row(at.rowName)
          : at.row < 0
          ? text.column(at.columnName)
          : text.cell(at.rowName, at.columnName),
      );
      const { gone } = session.link;
      say(add, series ? text.addElement : text.add);
      add.disabled = gone || !label.value.trim() || !value.value.trim();
      // The only column of a Series has its name, which is no label.
      const axis = one && !(series && at.row < 0);
      rename.disabled = gone || !axis || !label.value.trim();
      set.disabled = gone || !at || !value.value.trim();
      drop.disabled = gone || !axis;
    },
  };
}

/** What is wrong with a statement: the place, pandas' words, plain words, what would work. */
function refusal(
  { bin, language, say: inWords, session }: Context,
  take: (code: string) => void,
): Part {
  const text = words[language];
  const [place, error] = [
    h("code", { class: "dlw-fe-place", dir: "ltr" }),
    h("code", { dir: "ltr" }),
  ];
  const [said, nearest] = [h("span"), h("button", { type: "button", class: "dlw-button" })];
  error.className = "dlw-fe-error";
  const el = h("div", { class: "dlw-fe-wrong", role: "status", "aria-live": "polite" });
  el.append(place, error, h("p", {}, said, " ", nearest));
  bin.listen(nearest, "click", () => take(session.model.get("_tried").nearest));
  return {
    el,
    update() {
      const now = session.model.get("_tried");
      const words = inWords(now.words);
      el.hidden = words === "";
      place.hidden = now.start < 0;
      if (now.start >= 0) {
        const [before, inside, after] = parted(now.code, now.start, now.stop);
        place.replaceChildren(visible(before), h("mark", {}, visible(inside)), visible(after));
      }
      error.hidden = !now.exception;
      say(error, now.exception ? `${now.exception}: ${visible(now.message)}` : "");
      say(said, words);
      mark(nearest, "hidden", !now.nearest);
      say(nearest, now.nearest ? text.nearest(visible(now.nearest)) : "");
    },
  };
}
