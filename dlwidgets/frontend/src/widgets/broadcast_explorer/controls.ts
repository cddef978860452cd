/** The operation, the shapes as a table of axes, and what torch says where they do not fit. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { tuple } from "../../lib/sheet.ts";
import { type Context, IN_PLACE, type Name, type Op, type Part, SIGNS } from "./session.ts";

export function header(context: Context): Part {
  const { bin, session, text } = context;
  const op = segments(bin, {
    label: text.op,
    all: Object.keys(SIGNS) as Op[],
    names: SIGNS,
    hints: text.hints,
    now: () => session.model.get("op"),
    choose: (one) => session.send("op", one),
  });
  const box = h("input", { type: "checkbox" });
  bin.listen(box, "change", () => session.send("in_place", box.checked));
  const name = h("span");
  const place = h("label", { class: "dlw-bc-place", title: text.inPlaceHint }, box, name);
  const reset = h("button", { type: "button", class: "dlw-button" }, text.reset);
  bin.listen(reset, "click", () => session.send("reset"));
  return {
    el: h("div", { class: "dlw-bc-header" }, op.el, place, reset),
    update() {
      op.update();
      const now = session.model.get("op");
      const possible = IN_PLACE.includes(now);
      box.disabled = !possible;
      // Until Python has answered, the box stays as the user has set it.
      if (!session.link.commands.pending("in_place")) {
        box.checked = possible && session.model.get("in_place");
      }
      mark(place, "data-off", !possible);
      say(name, text.inPlace(`a.${possible ? now : "add"}_(b)`));
      reset.disabled = !session.operand("a").changed && !session.operand("b").changed;
    },
  };
}

/** The shapes, aligned from the right: a column an axis. */
export function axes(context: Context): Part {
  const { session, text } = context;
  const [head, out] = [h("tr"), h("tr", { class: "dlw-bc-out" })];
  const [a, b] = [typed(context, "a"), typed(context, "b")];
  const table = h(
    "table",
    { class: "dlw-bc-axes", "aria-label": text.axes },
    h("thead", {}, head),
    h("tbody", {}, a.el, b.el, out),
  );
  return {
    el: h("div", { class: "dlw-bc-shapes" }, table),
    update() {
      const found = session.model.get("_axes");
      const columns = found.map((_, i) => h("th", { scope: "col" }, text.dim(i - found.length)));
      const titles = [text.tensor, text.shape].map((one) => h("th", { scope: "col" }, one));
      head.replaceChildren(...titles, ...columns);
      a.update();
      b.update();
      const shape = found.every((axis) => axis.out >= 0) ? tuple(found.map((x) => x.out)) : "";
      out.replaceChildren(
        h("th", { scope: "row" }, text.result),
        h("td", {}, shape),
        ...found.map((axis) =>
          axis.out >= 0
            ? h("td", {}, String(axis.out))
            : h("td", { "data-tone": "bad", title: text.clashHint }, "✗")
        ),
      );
    },
  };
}

/** A row of the table: the shape can be typed. */
function typed(context: Context, name: Name): Part {
  const { bin, session, text } = context;
  const plain = { type: "text", autocomplete: "off", spellcheck: "false" };
  const label = text.shapeOf(name);
  const entry = h("input", { ...plain, class: "dlw-entry", "aria-label": label });
  const now = (): string => tuple(session.operand(name).shape);
  bin.listen(entry, "change", () => {
    if (entry.value.trim() !== now()) session.send("shape", { which: name, text: entry.value });
  });
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    if (event.key === "Escape") entry.value = now();
  });
  const el = h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, entry));
  let known = "";
  return {
    el,
    update() {
      const fresh = now();
      const wrong = session.link.commands.refusal?.key === "shape";
      mark(entry, "aria-invalid", wrong && entry.value.trim() !== fresh ? "true" : undefined);
      if (fresh !== known || (document.activeElement !== entry && !wrong)) entry.value = fresh;
      known = fresh;
      while (el.children.length > 2) el.lastChild!.remove();
      el.append(...session.model.get("_axes").map((axis) => size(context, axis[name], axis.out)));
    },
  };
}

/** A size, and what becomes of it. */
function size({ text }: Context, own: number, out: number): HTMLElement {
  const from = own < 0 ? "·" : String(own);
  if (out < 0) return h("td", { "data-tone": "bad", title: text.clashHint }, from);
  if (own === out) return h("td", {}, from);
  const title = own < 0 ? text.absentHint : text.stretchedHint;
  return h("td", { "data-tone": "grown", title }, text.stretched(from, String(out)));
}

/** Torch's own words, and what would work. */
export function trouble(context: Context): Part {
  const { bin, session, text } = context;
  const [error, list] = [h("code"), h("div", { class: "dlw-bc-remedies" })];
  const el = h(
    "div",
    { class: "dlw-bc-trouble", role: "alert", hidden: true },
    h("p", {}, h("b", {}, text.refused), " ", error),
    list,
  );
  let known = "";
  const build = (): void => {
    const found = session.model.get("_remedies");
    const buttons = found.map(({ which, code, out }, index) => {
      const label = text.remedy(`${which}${code}`, tuple(out));
      const button = h("button", { type: "button", class: "dlw-button" }, label);
      bin.listen(button, "click", () => session.send("remedy", index));
      return button;
    });
    const clash = session.model.get("_axes").some((axis) => axis.out < 0);
    const said = buttons.length ? text.remedies : clash ? text.noRemedy : "";
    list.replaceChildren(h("span", {}, said), ...buttons);
  };
  return {
    el,
    update() {
      el.hidden = !session.refused;
      say(error, session.model.get("_error"));
      const key = JSON.stringify([session.model.get("_remedies"), session.model.get("_axes")]);
      if (key !== known) build();
      known = key;
    },
  };
}
