/** An expression, its result, and the numbers of x that each of them comes from. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { exactAt, type Numbers, Sheet, tuple } from "../../lib/sheet.ts";
import { extent, indexOf, slices } from "../../lib/slices.ts";
import { field, trouble } from "./field.ts";
import { unravel } from "./layout.ts";
import type { Context, Part, Traits } from "./session.ts";
import { gestures, named, spot } from "./touch.ts";

const GROUPS = ["index", "reduce", "matrix"] as const;
type Group = typeof GROUPS[number];

export function compute(context: Context): Part {
  const { bin, session, text } = context;
  let group: Group = "index";
  const groups = segments(bin, {
    label: text.group,
    all: GROUPS,
    names: text.groups as Record<Group, string>,
    now: () => group,
    choose: (one) => {
      group = one;
      session.changed();
    },
  });
  const asked = field(context, {
    label: text.expression,
    action: text.compute,
    hint: "x[1:3, ::2]",
    offered: () => session.model.get("_presets")[group] ?? [],
    take: (typed) => session.send("compute", typed),
    now: () => session.model.get("_result").typed,
  });
  const refused = trouble(context, () => session.model.get("_refusal"), "compute");
  const sheets = [source(context), result(context)];
  const rule = h("p", { class: "dlw-te-rule" });
  const line = h("p", { class: "dlw-te-sum" });
  return {
    el: h(
      "div",
      { class: "dlw-te-compute" },
      groups.el,
      asked.el,
      refused.el,
      h("div", { class: "dlw-te-both" }, ...sheets.map((one) => one.el)),
      rule,
      line,
    ),
    update() {
      for (const part of [groups, asked, refused, ...sheets]) part.update();
      const found = session.model.get("_result");
      say(rule, found.rule);
      rule.hidden = found.rule === "";
      mark(line, "data-quiet", !spot(context, "source", "result"));
      say(line, told(context));
    },
  };
}

function source(context: Context): Part {
  const { bin, session, text } = context;
  const seen = (): Numbers => session.model.get("_source");
  const look = (at: number[]): void => session.look("source", at);
  const act = gestures(context, "source", seen, look, () => told(context));
  const sheet = new Sheet(bin, text.source, act);
  const bar = slices(bin, text, seen, look);
  sheet.el.append(bar.el);
  return {
    el: sheet.el,
    update() {
      const numbers = seen();
      const lit = places(context);
      const here = spot(context, "source");
      sheet.head(text.source, text.whole(tuple(numbers.shape), numbers.dtype));
      sheet.show(numbers, text.empty, (row, column) => {
        const index = indexOf(numbers, row, column);
        const chosen = here?.row === row && here.column === column;
        return {
          tone: chosen || lit.has(ravel(numbers.shape, index)) ? "lit" : "",
          title: `${named("x", index)} = ${exactAt(numbers, row, column)}`,
        };
      });
      bar.update();
    },
  };
}

function result(context: Context): Part {
  const { bin, session, text } = context;
  const seen = (): Traits["_result"] => session.model.get("_result");
  const look = (at: number[]): void => session.look("part", { part: seen().part, at });
  const act = gestures(context, "result", seen, look, () => told(context));
  const sheet = new Sheet(bin, text.result, act);
  const bar = slices(bin, text, seen, look);
  const parts = h("div", { class: "dlw-segments", role: "group", "aria-label": text.results });
  const value = h("code", { class: "dlw-te-value" });
  sheet.el.append(bar.el);
  sheet.el.prepend(parts);
  sheet.el.append(value);
  bin.listen(parts, "click", (event) => {
    const at = [...parts.children].indexOf(event.target as Element);
    if (at >= 0) session.send("part", { part: at, at: [] });
  });
  return {
    el: sheet.el,
    update() {
      const found = seen();
      const [whole, plain] = [text.whole(tuple(found.shape), found.dtype), found.how === "value"];
      const refused = found.how === "none";
      sheet.el.hidden = refused;
      parts.hidden = found.parts.length < 2;
      if (parts.childElementCount !== found.parts.length) {
        parts.replaceChildren(...found.parts.map((one) => h("button", { type: "button" }, one)));
      }
      found.parts.forEach((one, at) => {
        say(parts.children[at]!, one);
        mark(parts.children[at]!, "aria-pressed", String(at === found.part));
      });
      value.hidden = !plain;
      say(value, found.value);
      sheet.head(text.result, plain ? text.kinds.value : `${whole}, ${text.kinds[found.how]}`);
      const lit = users(context);
      const here = spot(context, "result");
      sheet.show(found, plain ? "" : text.empty, (row, column) => {
        const chosen = here?.row === row && here.column === column;
        return {
          tone: chosen ? "lit" : lit(row, column) ? "also" : "",
          title: cell(context, row, column),
        };
      });
      if (plain) sheet.quiet();
      bar.update();
    },
  };
}

/** The number of a cell among those shown. */
function order(numbers: Numbers, row: number, column: number): number {
  const { top, left, width } = extent(numbers);
  return (row - top) * width + column - left;
}

function ravel(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum * shape[axis]! + at, 0);
}

/** The places in x of the result that is pointed at. */
function places(context: Context): ReadonlySet<number> {
  const { session } = context;
  const found = spot(context, "result");
  if (!found) return new Set();
  return new Set(session.made(order(session.model.get("_result"), found.row, found.column)));
}

/** Whether a shown result uses the number of x that is pointed at. */
function users(context: Context): (row: number, column: number) => boolean {
  const { session } = context;
  const found = spot(context, "source");
  if (!found) return () => false;
  const numbers = session.model.get("_source");
  const place = ravel(numbers.shape, indexOf(numbers, found.row, found.column));
  const shown = session.model.get("_result");
  return (row, column) => session.made(order(shown, row, column)).includes(place);
}

/** out[1, 0] = x[1, 2] = 6, or all that it is made of. */
function cell(context: Context, row: number, column: number): string {
  const { session, text } = context;
  const found = session.model.get("_result");
  const out = named("out", indexOf(found, row, column));
  const full = `${out} = ${exactAt(found, row, column)}`;
  if (!found.traced) return full;
  const { shape } = session.model.get("_source");
  const made = [...session.made(order(found, row, column))];
  if (made.length === 0) return text.elsewhere(full);
  const names = made.slice(0, 8).map((place) => named("x", unravel(shape, place)));
  return text.from(full, made.length > 8 ? `${names.join(", ")}, ${text.more}` : names.join(", "));
}

function told(context: Context): string {
  const { session, text } = context;
  const found = session.model.get("_result");
  const here = spot(context, "source", "result");
  if (found.how === "value" || found.how === "none") return "";
  if (here?.at === "result") return cell(context, here.row, here.column);
  if (!found.traced) return text.untraced;
  if (!here) return text.hint;
  const numbers = session.model.get("_source");
  const { top, left, height, width } = extent(found);
  const used = users(context);
  let count = 0;
  for (let r = top; r < top + height; r++) {
    for (let c = left; c < left + width; c++) if (used(r, c)) count++;
  }
  const name = named("x", indexOf(numbers, here.row, here.column));
  return text.used(`${name} = ${exactAt(numbers, here.row, here.column)}`, String(count));
}
