/** Predict, then reveal: which cells, which type, which shape; a wrong answer names its trap. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { words } from "./quiz_words.ts";
import type { Context, Part, Traits } from "./session.ts";
import { visible } from "./texts.ts";

type State = Traits["_quiz"];
type Question = Traits["_questions"][number];
type What = "all" | "cells" | "type" | "shape";
type Pairs = readonly (readonly number[])[];

/** After so many wrong answers the right one may be shown. */
const PATIENCE = 2;

const LETTERS = "ABCD";

export function quiz(context: Context): Part {
  const { announcer, bin, language, say: inWords, session } = context;
  const text = words[language];
  let [what, seed]: [What, number] = ["all", Math.floor(Math.random() * 1000)];
  const state = (): State => session.model.get("_quiz");
  const questions = (): readonly Question[] => session.model.get("_questions");
  const put = (next: State): void => {
    session.model.set("_quiz", next);
    session.model.save_changes();
    session.changed();
  };
  const ended = (how: "right" | "shown"): State["ends"] =>
    state().ends.map((end, i) => i === state().at ? how : end);

  const kinds = segments<What>(bin, {
    label: text.what,
    all: ["all", "cells", "type", "shape"],
    names: text.names,
    now: () => what,
    choose(one) {
      what = one;
      session.changed();
    },
  });
  const button = (label: string): HTMLButtonElement =>
    h("button", { type: "button", class: "dlw-button" }, label);
  const [begin, next, show] = [button(text.begin), button(text.next), button(text.show)];
  const start = h("div", { class: "dlw-fe-quiz-start" }, kinds.el, begin);
  const intro = h("p", {}, text.intro);
  const [where, setup] = [h("span", { class: "dlw-fe-soft" }), h("p", { class: "dlw-fe-setup" })];
  const code = h("code", { class: "dlw-fe-asked", dir: "ltr" });
  const ask = h("p", { class: "dlw-fe-ask" });
  const data = h("div", { class: "dlw-fe-mini" });
  const options = h("div", { class: "dlw-fe-answers", role: "group", "aria-label": text.options });
  const [says, gives] = [h("p", { class: "dlw-fe-told" }), h("p", { class: "dlw-fe-gives" })];
  const body = h(
    "div",
    { class: "dlw-fe-question" },
    h("div", {}, where, setup, data),
    h("div", {}, code, ask, options, says, gives, h("div", { class: "dlw-fe-line" }, show, next)),
  );
  /** What was said of the last answer in this view. */
  let verdict = "";

  const answer = (choice: number): void => {
    const { at, ends, tries } = state();
    const question = questions()[at];
    if (!question || ends[at] !== "" || !question.options[choice]) return;
    const right = choice === question.right;
    verdict = `${right ? text.right : text.wrong} ${inWords(question.options[choice].words)}`;
    put({
      at,
      tries: tries.map((some, i) => i === at ? [...some, choice] : some),
      ends: right ? ended("right") : ends,
    });
    announcer.tell(verdict);
    if (right) bin.frame(() => next.focus());
  };
  bin.listen(begin, "click", () => {
    verdict = "";
    session.link.commands.now("quiz", "quiz", { what, seed: seed++ });
  });
  bin.listen(next, "click", () => {
    verdict = "";
    put({ ...state(), at: state().at + 1 });
    bin.frame(() => (options.querySelector("button") ?? begin).focus());
  });
  bin.listen(show, "click", () => {
    const { right, options: all } = questions()[state().at]!;
    verdict = `${text.was(LETTERS[right]!)} ${inWords(all[right]!.words)}`;
    put({ ...state(), ends: ended("shown") });
    announcer.tell(verdict);
    bin.frame(() => next.focus());
  });
  bin.listen<KeyboardEvent>(body, "keydown", (event) => {
    const choice = LETTERS.indexOf(event.key.toUpperCase());
    if (event.key.length !== 1 || choice < 0 || event.isComposing || event.ctrlKey) return;
    if (event.metaKey || event.altKey) return;
    answer(choice);
    event.preventDefault();
  });

  let known: readonly [readonly Question[], number, string] | null = null;
  const build = (question: Question, done: boolean): void => {
    data.replaceChildren(table(question, done ? question.cells : [], text.data));
    const focus = options.contains(document.activeElement);
    options.replaceChildren(...question.options.map((option, i) => {
      const one = h(
        "button",
        { type: "button", class: "dlw-fe-option" },
        h("b", {}, LETTERS[i]!),
        option.cells.length > 0 ? sketch(question, option.cells) : inWords(option.text),
      );
      if (option.cells.length > 0) {
        mark(one, "aria-label", `${text.option(LETTERS[i]!)}: ${spoken(question, option.cells)}`);
      }
      bin.listen(one, "click", () => answer(i));
      return one;
    }));
    if (focus) bin.frame(() => options.querySelector<HTMLElement>("button:enabled")?.focus());
  };
  const spoken = ({ rows, columns }: Question, cells: Pairs): string => {
    const names = (axis: 0 | 1, all: readonly string[]): string =>
      [...new Set(cells.map((cell) => cell[axis]!))].map((i) => visible(all[i] ?? "")).join(", ");
    return text.cellsOf(names(0, rows), names(1, columns));
  };

  return {
    el: h("div", { class: "dlw-fe-quiz" }, start, intro, body),
    update() {
      const [all, { at, ends, tries }] = [questions(), state()];
      kinds.update();
      const question = all[at];
      body.hidden = !question;
      intro.hidden = !!question;
      begin.disabled = session.link.gone;
      say(begin, all.length > 0 ? text.again : text.begin);
      if (!question) {
        known = null;
        const count = (end: string): number => ends.filter((one) => one === end).length;
        const shown = text.scoreShown(count("shown"));
        say(intro, all.length > 0 ? text.score(count("right"), all.length) + shown : text.intro);
        return;
      }
      const end = ends[at]!;
      const fresh = known?.[0] !== all || known[1] !== at;
      if (fresh || known?.[2] !== end) build(question, end !== "");
      if (fresh) {
        verdict = "";
        announcer.tell(`${text.ask[question.kind]} ${question.code}`);
      }
      known = [all, at, end];
      say(where, text.where(at + 1, all.length));
      setup.hidden = !question.setup;
      say(setup, question.setup ? `${inWords(question.why)} ${visible(question.setup)}` : "");
      say(code, visible(question.code));
      say(ask, text.ask[question.kind]);
      [...options.children].forEach((one, i) => {
        const tried = tries[at]!.includes(i);
        const tone = end !== "" && i === question.right ? "good" : tried ? "bad" : undefined;
        mark(one, "data-tone", tone);
        (one as HTMLButtonElement).disabled = end !== "" || tried;
      });
      say(says, verdict);
      mark(says, "data-tone", end === "right" ? "good" : undefined);
      gives.hidden = end === "";
      say(gives, end === "" ? "" : `${text.gives}: ${visible(question.result)}`);
      next.hidden = end === "";
      show.hidden = end !== "" || tries[at]!.length < PATIENCE;
    },
  };
}

function among(cells: Pairs, row: number, column: number): boolean {
  return cells.some((cell) => cell[0] === row && cell[1] === column);
}

/** The small frame that is asked about; once it is answered, the cells are lit. */
function table({ columns, rows, texts }: Question, cells: Pairs, label: string): HTMLElement {
  const head = h(
    "tr",
    {},
    h("td"),
    ...columns.map((name) => h("th", { scope: "col" }, visible(name))),
  );
  const lines = rows.map((name, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, visible(name)),
      ...texts[i]!.map((one, j) => {
        const lit = among(cells, i, j);
        return h("td", { "data-lit": lit }, h("bdi", {}, visible(one)));
      }),
    )
  );
  return h("table", { "aria-label": label }, head, ...lines);
}

/** The frame as squares, some of them full. */
function sketch({ columns, rows }: Question, cells: Pairs): HTMLElement {
  const squares = rows.flatMap((_, i) =>
    columns.map((_, j) => h("i", { "data-lit": among(cells, i, j) }))
  );
  const style = `grid-template-columns: repeat(${columns.length}, 14px)`;
  return h("span", { class: "dlw-fe-sketch", style, "aria-hidden": "true" }, ...squares);
}
