/** What a quiz asks, what it hides, and how it goes on. Pure functions of its state. */

import type { Traits } from "./traits.ts";

export type Quiz = Traits["_quiz"];

/** The task that asks for the size; others ask for the output cell of that flat index. */
export const SIZE = -1;

/** After so many wrong answers the right one may be shown. */
export const PATIENCE = 2;

const NOTHING: ReadonlySet<number> = new Set();

/** What must not be seen. */
export interface Hidden {
  readonly size: boolean;
  readonly cells: ReadonlySet<number>;
}

export function running({ tasks }: Quiz): boolean {
  return tasks.length > 0;
}

/** The task that is before the user, `null` before the first and after the last. */
export function asked({ at, tasks }: Quiz): number | null {
  return tasks[at] ?? null;
}

/** What has not been answered or shown yet. */
export function hidden({ ends, tasks }: Quiz): Hidden {
  if (tasks.length === 0) return { size: false, cells: NOTHING };
  const open = tasks.filter((_, index) => ends[index] === "");
  return { size: open.includes(SIZE), cells: new Set(open.filter((task) => task !== SIZE)) };
}

/** A quiz on the size and on some cells. */
export function begin(cells: readonly number[]): Quiz {
  const tasks = [SIZE, ...cells];
  return { tasks, at: 0, tries: tasks.map(() => []), ends: tasks.map(() => "") };
}

export const NONE: Quiz = { tasks: [], at: 0, tries: [], ends: [] };

/** The quiz after an answer. */
export function answered(quiz: Quiz, text: string, right: boolean): Quiz {
  const tries = quiz.tries.map((some, index) => index === quiz.at ? [...some, text] : some);
  return { ...quiz, tries, ends: right ? ended(quiz, "right") : quiz.ends };
}

/** The quiz after the user has given up on a task. */
export function shown(quiz: Quiz): Quiz {
  return { ...quiz, ends: ended(quiz, "shown") };
}

export function next(quiz: Quiz): Quiz {
  return { ...quiz, at: Math.min(quiz.at + 1, quiz.tasks.length) };
}

function ended({ at, ends }: Quiz, how: "right" | "shown"): Quiz["ends"] {
  return ends.map((end, index) => index === at ? how : end);
}

/** A number as people type it: `4`, `−1.5`, `1/3`, `1,5`, also in full-width digits. */
export function readNumber(text: string): number | null {
  const plain = text.normalize("NFKC").trim().replaceAll("−", "-");
  const [top, bottom, ...rest] = plain.split("/").map(decimal);
  if (top === undefined || top === null || rest.length > 0) return null;
  if (bottom === undefined) return top;
  return bottom === null || bottom === 0 ? null : top / bottom;
}

function decimal(text: string): number | null {
  const plain = text.trim().replace(/^([-+]?\d+),(\d+)$/, "$1.$2");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** Height and width: `3`, `3 × 4`, `(3, 4)`, `3 4`. */
export function readSize(text: string): readonly [number, number] | null {
  const plain = text.normalize("NFKC").trim().replace(/^[([]|[)\]]$/g, "").trim();
  const found = /^(\d+)(?:\s*[x×*,;]\s*|\s+)(\d+)$/i.exec(plain) ?? /^(\d+)$/.exec(plain);
  return found && [Number(found[1]), Number(found[2] ?? found[1])];
}

/** Whether an answer is right: whole numbers to the point, others to three digits. */
export function near(answer: number, truth: number): boolean {
  if (!Number.isFinite(truth)) return false;
  const whole = Math.abs(truth - Math.round(truth)) < 1e-6 * Math.max(1, Math.abs(truth));
  return Math.abs(answer - truth) <= (whole ? 1e-6 : 1e-3) * Math.max(1, Math.abs(truth));
}
