/** Tabs of the ways to select, and for each axis what to pick. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { combo } from "./combo.ts";
import { goTo } from "./go_to.ts";
import { labelled, list, position, type Slot } from "./places.ts";
import type { RuledPart } from "./ruled.ts";
import type { Accessor, AxisName, Context, Part, Pick } from "./session.ts";

export const ACCESSORS = ["[]", ".loc", ".iloc", ".at", ".iat", "mask", ".query"] as const;
const OPERATORS = [
  ...[">", ">=", "<", "<=", "==", "!="],
  ...["isin", "between", "isna", "notna", "contains", "startswith"],
] as readonly Pick["operator"][];

export function pickers(context: Context, frame: RuledPart): Part {
  const { bin, session, text } = context;
  const tabs = segments<Accessor>(bin, {
    ...{ label: text.accessor, all: ACCESSORS, names: text.accessors, hints: text.accessorHints },
    now: () => session.model.get("accessor"),
    choose: (one) => session.choose(one),
  });
  tabs.el.classList.add("dlw-fe-tabs");
  const hint = h("p", { class: "dlw-fe-hint" });
  const axes = [axis(context, "rows"), axis(context, "columns")];
  const go = goTo(context, frame);
  const both = h("div", { class: "dlw-fe-axes" }, ...axes.map((one) => one.el));
  return {
    el: h(
      "div",
      { class: "dlw-fe-pickers" },
      h("div", { class: "dlw-fe-ways" }, tabs.el, hint, go.el),
      both,
    ),
    update() {
      tabs.update();
      go.update();
      const apart = !session.model.get("_outcome").picked;
      mark(both, "data-apart", apart);
      mark(both, "title", apart ? text.apart : undefined);
      say(hint, text.accessorHints[session.model.get("accessor")]);
      for (const one of axes) one.update();
    },
  };
}

function axis(context: Context, name: AxisName): Part {
  const { bin, session, text } = context;
  const choice = h("select", { class: "dlw-fe-select", "aria-label": text.axis[name] });
  bin.listen(choice, "change", () => {
    const kind = choice.value as Pick["kind"];
    session.pick(name, { kind, ...begun(session.picks[name], kind) });
  });
  const stand = h("span", { class: "dlw-fe-controls" });
  const made = new Map<string, Part[]>();
  let [known, shown] = ["", ""];
  const el = h(
    "fieldset",
    { class: "dlw-fe-axis" },
    h("legend", {}, text.axis[name]),
    choice,
    stand,
  );
  return {
    el,
    update() {
      const accessor = session.model.get("accessor");
      const series = session.model.get("_grids")["frame"]?.series ?? false;
      const kinds = session.model.get("_offered")[accessor]?.[name] ?? [];
      el.hidden = series && name === "columns";
      const { kind } = session.picks[name];
      const all = kinds.includes(kind) ? kinds : [...kinds, kind];
      if (all.join() !== known) {
        known = all.join();
        choice.replaceChildren(
          ...all.map((one) => h("option", { value: one }, text.kindsOfPick[one])),
        );
      }
      if (choice.value !== kind) choice.value = kind;
      const labels = byLabel(accessor, name, kind);
      const key = `${kind} ${labels}`;
      const parts = made.get(key) ?? controls(context, name, kind, labels);
      made.set(key, parts);
      if (key !== shown) stand.replaceChildren(...parts.map((part) => part.el));
      shown = key;
      for (const part of parts) part.update();
    },
  };
}

/** Whether places are labels: rows of `[]` are sliced by position. */
function byLabel(accessor: Accessor, axis: AxisName, kind: Pick["kind"]): boolean {
  if (accessor === ".iloc" || accessor === ".iat") return false;
  return !(accessor === "[]" && axis === "rows" && kind === "slice");
}

/** What a kind of pick needs that the one before did not. */
function begun(pick: Pick, kind: Pick["kind"]): Partial<Pick> {
  const first = pick.at[0] ?? pick.start ?? 0;
  if (kind === "one") return { at: [first] };
  if (kind === "list") return { at: pick.at.length ? pick.at : [first] };
  if (kind === "mask" && pick.value === "") return { operator: "notna" };
  return {};
}

function controls(
  context: Context,
  axis: AxisName,
  kind: Pick["kind"],
  labels: boolean,
): Part[] {
  const { text } = context;
  const place = (slot: Slot, label: string): Part =>
    (labels && slot !== "step" ? labelled : position)(context, { axis, slot, label });
  if (kind === "one") return [place("at", labels ? text.label : text.position)];
  if (kind === "list") return [list(context, axis, labels)];
  if (kind === "mask") return [condition(context, axis)];
  if (kind === "all") return [];
  const stop = labels ? text.stopIncluded : text.stopExcluded;
  return [place("start", text.start), place("stop", stop), place("step", text.step)];
}

/** Rows for which a column fulfils a condition. */
function condition(context: Context, axis: AxisName): Part {
  const { bin, session, text } = context;
  const index = { position: -1, label: text.index };
  const pick = (): Pick => session.picks[axis];
  const column = combo(context, {
    ...{ label: text.maskColumn, axis: "columns", before: [index] },
    now: () => columnName(context, pick().column),
    choose(place, label) {
      session.columnNames.set(place, label);
      session.pick(axis, { column: place });
    },
  });
  const operator = h(
    "select",
    { class: "dlw-fe-select", "aria-label": text.operator },
    ...OPERATORS.map((one) => h("option", { value: one }, text.operators[one] ?? one)),
  );
  const value = h("input", {
    ...{ type: "text", class: "dlw-entry dlw-fe-mask-value", "aria-label": text.value },
    ...{ autocomplete: "off", spellcheck: "false" },
  });
  bin.listen(operator, "change", () => {
    session.pick(axis, { operator: operator.value as Pick["operator"] });
  });
  bin.listen<InputEvent>(value, "input", (event) => {
    if (!event.isComposing && !session.large) session.pick(axis, { value: value.value }, false);
  });
  bin.listen(value, "change", () => session.pick(axis, { value: value.value }));
  return {
    el: h("span", { class: "dlw-fe-mask" }, column.el, operator, value),
    update() {
      column.update();
      const now = pick();
      if (operator.value !== now.operator) operator.value = now.operator;
      const without = now.operator === "isna" || now.operator === "notna";
      value.hidden = without;
      mark(value, "placeholder", text.valueHints[now.operator] ?? text.valueHint);
      if (document.activeElement !== value && value.value !== now.value) value.value = now.value;
    },
  };
}

/** The name of a column that a mask compares. */
function columnName({ session, text }: Context, place: number): string {
  if (place < 0) return text.index;
  const grid = session.model.get("_grids")["frame"];
  return grid?.first.column_labels[place]?.join(", ") ??
    session.columnNames.get(place) ?? `#${place}`;
}
