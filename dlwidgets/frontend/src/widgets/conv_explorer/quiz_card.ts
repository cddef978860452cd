/** The quiz: it asks, reads the answer from the keyboard, and says what a wrong one has missed. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Context, Part, Words } from "./part.ts";
import { cellAt, type Picture } from "./picture.ts";
import { dice } from "./presets.ts";
import { cellMistake } from "./quiz_cell.ts";
import {
  answered,
  asked,
  begin,
  near,
  next,
  NONE,
  PATIENCE,
  type Quiz,
  readNumber,
  readSize,
  running,
  shown,
  SIZE,
} from "./quiz.ts";
import { sizeMistake } from "./quiz_size.ts";
import { number } from "./written.ts";

/** How many cells a quiz from the button asks for. */
const CELLS = 3;

function nameOf(now: Picture, task: number): string {
  const { channel, row, column } = cellAt(now, task);
  return `y[${channel}, ${row}, ${column}]`;
}

function answerOf(now: Picture, task: number): string {
  return task === SIZE ? `${now.size[0]} × ${now.size[1]}` : number(now.output[task]!);
}

/** Whether an answer is right, and what to say of it; `null` where it can't be read. */
export function judge(
  now: Picture,
  task: number,
  answer: string,
  text: Words,
): { right: boolean; says: string } | null {
  if (task === SIZE) {
    const size = readSize(answer);
    if (!size) return null;
    if (String(size) === String(now.size)) return { right: true, says: text.right };
    const missed = sizeMistake(now.setting, size);
    return { right: false, says: missed ? text.sizeWrong[missed] : text.sizeOff };
  }
  const value = readNumber(answer);
  if (value === null) return null;
  if (near(value, now.output[task]!)) return { right: true, says: text.right };
  return { right: false, says: cellSays(now, task, value, text) };
}

function cellSays(now: Picture, task: number, value: number, text: Words): string {
  const cell = cellAt(now, task);
  const missed = cellMistake(now, cell, value);
  switch (missed?.kind) {
    case undefined:
      return text.cellOff(number(Math.abs(value - now.output[task]!)));
    case "missing":
    case "sign": {
      const { input, value: from, weight } = missed.term;
      const place = input ? `x[${input.channel}, ${input.row}, ${input.column}]·w = ` : "";
      const term = `${place}${number(from)}×${number(weight)}`;
      return missed.kind === "sign" ? text.sign(term) : text.missing(term);
    }
    case "channel":
      return text.channelMissing(missed.channel);
    case "window": {
      const { channel, row, column } = missed.cell;
      return text.otherWindow(`y[${channel}, ${row}, ${column}]`);
    }
    default:
      return text.cellWrong[missed!.kind];
  }
}

/** The button that begins and ends a quiz. */
export function quizButton({ bin, session, text }: Context): Part {
  let seed = 0;
  const el = h("button", { type: "button", class: "dlw-button dlw-cv-quizbutton" });
  bin.listen(el, "click", () => {
    session.put("_quiz", running(session.quiz) ? NONE : random(session.picture, seed++));
    const entry = el.closest(".dlw-cv")?.querySelector<HTMLElement>(".dlw-cv-question input");
    if (running(session.quiz)) bin.frame(() => entry?.focus());
  });
  return {
    el,
    update() {
      say(el, running(session.quiz) ? text.quizEnd : text.quiz);
      mark(el, "title", text.quizHint);
    },
  };
}

/** The size, and some cells drawn by lot. */
function random(now: Picture, seed: number): Quiz {
  const roll = dice(seed + 1);
  const cells = new Set<number>();
  while (cells.size < Math.min(CELLS, now.output.length)) {
    cells.add(Math.floor(roll() * now.output.length));
  }
  return begin([...cells]);
}

/** Stands in the place of the panels while a quiz runs. */
export function quizCard(context: Context): Part {
  const { announcer, bin, session, text } = context;
  const question = h("label", { class: "dlw-cv-question" });
  const plain = { type: "text", class: "dlw-entry", autocomplete: "off", inputmode: "text" };
  const entry = h("input", plain);
  const [check, go, give] = [text.check, text.goOn, text.reveal].map((label) =>
    h("button", { type: "button", class: "dlw-button" }, label)
  ) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement];
  const [says, where] = [h("p", { class: "dlw-cv-says" }), h("span", { class: "dlw-cv-soft" })];
  const row = h("div", { class: "dlw-cv-answer" }, question, check, go, give);
  const el = h("section", { class: "dlw-cv-quiz", "aria-label": text.quiz }, where, row, says);
  const words = h("span");
  question.append(words, entry);
  /** What was said of the last answer in this view. */
  let verdict = "";

  const answer = (): void => {
    const task = asked(session.quiz);
    if (task === null) return;
    const found = judge(session.picture, task, entry.value, text);
    verdict = found?.says ?? (task === SIZE ? text.needSize : text.needNumber);
    mark(entry, "aria-invalid", found ? undefined : "true");
    if (found) session.put("_quiz", answered(session.quiz, entry.value, found.right));
    announcer.tell(verdict);
    session.changed();
    if (found?.right) bin.frame(() => go.focus());
    else entry.select();
  };
  const advance = (): void => {
    verdict = "";
    entry.value = "";
    const over = asked(session.quiz) === null;
    session.put(
      "_quiz",
      over ? random(session.picture, session.quiz.tasks.length) : next(session.quiz),
    );
    bin.frame(() => (asked(session.quiz) === null ? go : entry).focus());
  };
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    // While Chinese is being composed, Enter chooses a word.
    if (event.key !== "Enter" || event.isComposing) return;
    if (session.quiz.ends[session.quiz.at] === "") answer();
    else advance();
  });
  bin.listen(check, "click", answer);
  bin.listen(go, "click", advance);
  bin.listen(give, "click", () => {
    verdict = text.wasShown(answerOf(session.picture, asked(session.quiz)!));
    session.put("_quiz", shown(session.quiz));
    announcer.tell(verdict);
    bin.frame(() => go.focus());
  });
  let known: Quiz | null = null;
  return {
    el,
    update() {
      const { quiz, picture: now } = session;
      el.hidden = !running(quiz);
      if (quiz === known || el.hidden) {
        if (verdict) say(says, verdict);
        return;
      }
      const [fresh, task] = [known?.at !== quiz.at || !running(known), asked(quiz)];
      known = quiz;
      if (fresh && task !== null && task !== SIZE) session.put("position", task);
      const end = task === null ? "over" : quiz.ends[quiz.at]!;
      say(where, task === null ? "" : text.quizOf(quiz.at + 1, quiz.tasks.length));
      say(
        words,
        task === null
          ? result(quiz, text)
          : task === SIZE
          ? text.askSize
          : text.askCell(nameOf(now, task)),
      );
      entry.hidden = task === null;
      entry.readOnly = end !== "";
      check.hidden = end !== "";
      go.hidden = end === "";
      say(go, task === null ? text.again : text.goOn);
      give.hidden = end !== "" || (quiz.tries[quiz.at]?.length ?? 0) < PATIENCE;
      const rounded = task !== null && task !== SIZE && !Number.isInteger(now.output[task]!);
      say(says, verdict || (rounded && end === "" ? text.digits : ""));
      mark(says, "data-tone", end === "right" ? "good" : undefined);
      if (fresh) announcer.tell(words.textContent!);
    },
  };
}

function result({ ends, tasks }: Quiz, text: Words): string {
  const count = (end: string): number => ends.filter((one) => one === end).length;
  return text.score(count("right"), tasks.length) + text.scoreShown(count("shown"));
}
