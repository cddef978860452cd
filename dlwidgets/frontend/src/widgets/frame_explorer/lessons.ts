/** What people get wrong, step by step: each step was really taken by pandas on the frame shown. */

import { h, mark, say } from "../../lib/dom.ts";
import { bar, type Film, Player } from "../../lib/player.ts";
import { segments } from "../../lib/segments.ts";
import { words } from "./lessons_words.ts";
import { ruled } from "./ruled.ts";
import type { Context, Part, Traits } from "./session.ts";
import { visible } from "./texts.ts";

type Lesson = Traits["_lesson"];
type Key = Exclude<Lesson["key"], "">;
type Step = Lesson["steps"][number];

const KEYS: readonly Key[] = [
  ...["end", "labels", "repeated", "brackets", "kinds", "missing", "chained"] as const,
];

/** Steps a second to begin with: each has a line to be read. */
const SPEED = 1;

export function lessons(context: Context): Part {
  const { announcer, bin, language, say: inWords, session } = context;
  const text = words[language];
  const now = (): Lesson => session.model.get("_lesson");
  /** Where the hand has gone, until Python has shown it. */
  let ahead: number | null = null;
  const go = (key: Key, step: number): void =>
    session.link.commands.newest("lesson", "lesson", { key, step });
  const film: Film = {
    length: () => now().steps.length,
    at: () => ahead ?? now().at,
    go(place) {
      ahead = place;
      const { key } = now();
      if (key) go(key, place);
      session.changed();
    },
  };
  const player = new Player(bin, film, () => session.changed(), SPEED);
  const choice = segments<Key>(bin, {
    label: text.choose,
    all: KEYS,
    names: text.names,
    now: () => now().key || null,
    choose(key) {
      player.pause();
      ahead = null;
      go(key, 0);
    },
  });
  const [title, moral] = [h("h3"), h("p", { class: "dlw-fe-moral" })];
  const [why, setup] = [h("span"), h("code", { dir: "ltr" })];
  const made = h("p", { class: "dlw-fe-setup" }, why, " ", setup);
  const list = h("ol", { class: "dlw-fe-steps", "aria-label": text.steps });
  const told = h("p", { class: "dlw-fe-told" });
  const controls = bar(bin, language, player, film, (at) => text.step(at + 1, film.length()));
  const sheet = ruled(context, { grid: "lesson", label: text.grid, height: 236 });
  let [shown, place, asked] = ["", -1, false];

  const build = ({ steps }: Lesson): void => {
    list.replaceChildren(...steps.map((step, at) => {
      const button = h("button", { type: "button" }, ...row(step));
      bin.listen(button, "click", () => player.scrub(at));
      return h("li", {}, button);
    }));
  };
  const row = (step: Step): HTMLElement[] => {
    const came = outcome(step, text, now().key);
    const code = h("code", { dir: "ltr" }, step.code.split("\n").map(visible).join("\n"));
    const end = h("span", { class: "dlw-fe-came", "data-tone": came.tone }, came.text);
    return [code, end];
  };
  return {
    el: h(
      "div",
      { class: "dlw-fe-lessons" },
      choice.el,
      title,
      made,
      h("div", { class: "dlw-fe-lesson" }, list, h("div", {}, told, sheet.el)),
      controls.el,
      moral,
    ),
    update() {
      const lesson = now();
      if (!lesson.key && !asked && !session.link.gone) {
        asked = true;
        go("end", 0);
      }
      if (ahead !== null && !session.link.commands.pending("lesson")) ahead = null;
      choice.update();
      say(title, inWords(lesson.title));
      made.hidden = lesson.own;
      say(why, inWords(lesson.why));
      say(setup, visible(lesson.setup.replaceAll("\n", "; ")));
      const codes = lesson.key + lesson.steps.map((step) => step.code + step.exception).join("\n");
      if (codes !== shown) build(lesson);
      const at = film.at();
      const step = lesson.steps[at];
      [...list.children].forEach((one, i) => {
        mark(one.firstElementChild!, "aria-current", i === at ? "step" : undefined);
      });
      const speech = step ? `${inWords(step.words)} ${extra(step)}`.trim() : "";
      say(told, speech);
      mark(told, "data-tone", step?.exception ? "bad" : undefined);
      moral.hidden = !lesson.key;
      say(moral, lesson.key ? text.moral(inWords(lesson.moral)) : "");
      controls.update();
      sheet.update();
      if (step && (codes !== shown || lesson.at !== place)) {
        if (step.row >= 0) sheet.go(step.row, step.column);
        if (lesson.at === at) announcer.tell(speech);
      }
      [shown, place] = [codes, lesson.at];
    },
  };

  function extra(step: Step): string {
    const said = step.warnings.map(visible);
    if (step.exception) said.unshift(`${step.exception}: ${visible(step.message)}.`);
    if (step.nearest) said.push(text.nearest(visible(step.nearest)));
    return said.join(" ");
  }
}

/** What came of a step, in a few words. */
function outcome(
  step: Step,
  text: typeof words.en,
  key: Lesson["key"],
): { tone: string; text: string } {
  if (step.exception) return { tone: "bad", text: `✕ ${step.exception}` };
  if (key === "chained") {
    return step.cells > 0
      ? { tone: "good", text: `✓ ${text.changed(step.cells)}` }
      : { tone: "warn", text: `○ ${text.unchanged}` };
  }
  const shape = step.kind === "scalar" ? "" : ` ${step.shape}`;
  return { tone: "", text: `${step.kind}${shape} · ${text.cells(step.cells)}` };
}
