/** One step of one number: the lines of the update, with the numbers put in, beside torch's. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import { printed, shown } from "./formula.ts";
import { type Taken, taken } from "./record.ts";
import type { Context, Part } from "./session.ts";

export function steps(context: Context): Part {
  const { bin, model, session, text } = context;
  const title = h("h3", {}, text.breakdown);
  const which = h("small", {});
  title.append(which);
  const names = model.get("_names");
  const parameter = segments(bin, {
    label: text.parameter,
    all: ["0", "1"] as const,
    names: { "0": names[0] ?? "x", "1": names[1] ?? "y" },
    now: () => String(model.get("number")) as "0" | "1",
    choose: (one) => session.choose({ number: Number(one) as 0 | 1 }),
  });
  const head = h(
    "tr",
    {},
    ...["", text.line, text.numbers, text.here, text.torch].map((one) =>
      h("th", { scope: "col" }, one)
    ),
  );
  const body = h("tbody");
  const table = h("table", { class: "dlw-op-steps" }, h("thead", {}, head), body);
  const letters = h("p", { class: "dlw-op-letters" });
  const notes = h("div", { class: "dlw-op-notes" });
  return {
    el: h(
      "section",
      { class: "dlw-op-breakdown" },
      h("div", { class: "dlw-op-title" }, title, parameter.el),
      h("div", { class: "dlw-op-scroll" }, table),
      letters,
      notes,
    ),
    update() {
      parameter.update();
      [...parameter.el.children].forEach((button, i) => say(button, model.get("_names")[i] ?? ""));
      const racer = session.racers[session.chosen]!;
      const { step } = session;
      const found = racer.stopped === 0 ? null : taken(racer.record, step, model.get("number"));
      say(which, found ? text.stepOf(count(step + 1), found.piece.title) : text.notTaken);
      table.hidden = letters.hidden = !found;
      notes.replaceChildren();
      if (!found) return;
      const rows = found.terms.length ? known(context, found) : raw(context, found);
      body.replaceChildren(
        line("θ", text.theta, "", quantity(found.theta, 6), ""),
        line("g", text.gradient, "", quantity(found.gradient, 6), ""),
        ...rows,
        line(
          "θ",
          text.after,
          "",
          after(found),
          quantity(found.theta + found.change, 6),
        ),
      );
      letters.replaceChildren(...explained(context, found));
      const told = found.terms.length
        ? found.piece.notes.map((one) => text.notes[one] ?? "")
        : [text.raw];
      notes.append(...told.map((one) => h("p", {}, one)));
    },
  };
}

function after({ terms, theta }: Taken): string {
  const change = terms.at(-1)?.value;
  return change === undefined ? "" : quantity(theta + change, 6);
}

function known(_context: Context, found: Taken): HTMLElement[] {
  // A letter that is set twice is compared where it is set last.
  const last = new Map(found.terms.map((term, i) => [term.letter, i]));
  return found.terms.map(({ letter, letters, text, value }, i) => {
    const theirs = letter === "Δθ"
      ? found.change
      : found.state.find((one) => one.letter === letter && last.get(letter) === i)?.value;
    const row = line(
      printed(letter),
      shown(text),
      shown(text, letters),
      quantity(value, 6),
      theirs === undefined ? "" : quantity(theirs, 6),
    );
    mark(row, "data-last", letter === "Δθ");
    return row;
  });
}

function raw({ text }: Context, found: Taken): HTMLElement[] {
  return [
    ...found.state.map(({ name, value }) => line("", name, "", "", quantity(value, 6))),
    line("Δθ", text.change, "", "", quantity(found.change, 6)),
  ];
}

function line(
  letter: string,
  formula: string,
  numbers: string,
  here: string,
  torch: string,
): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, letter),
    h("td", {}, formula),
    h("td", { class: "dlw-op-put" }, numbers),
    h("td", { class: "dlw-op-number" }, here),
    h("td", { class: "dlw-op-number" }, torch),
  );
}

/** The letters of options: what they are called, and what they are at this step. */
function explained({ text }: Context, found: Taken): HTMLElement[] {
  return found.options.filter((one) => one.letter).map(({ letter, name, value }) =>
    h(
      "span",
      { title: text.letters[name] },
      h("b", {}, printed(letter)),
      ` = ${quantity(value, 6)} `,
      h("code", {}, name),
    )
  );
}
