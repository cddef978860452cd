/** Controls for one place on an axis: a position with its slider, or a label. */

import { h, mark } from "../../lib/dom.ts";
import { combo } from "./combo.ts";
import type { AxisName, Context, Part, Pick } from "./session.ts";
import { visible } from "./texts.ts";

/** Which place of a pick a control holds. */
export type Slot = "start" | "stop" | "step" | "at";

export interface Place {
  readonly axis: AxisName;
  readonly slot: Slot;
  readonly label: string;
}

/** What stands in a slot. */
export function held(pick: Pick, slot: Slot): number | string | null {
  return slot === "at" ? pick.at[0] ?? null : pick[slot];
}

/** The change that puts a place into a slot. */
export function put(slot: Slot, place: number | string | null): Partial<Pick> {
  if (slot === "at") return { at: place === null ? [] : [place] };
  if (slot === "step") return { step: typeof place === "number" ? place : null };
  return { [slot]: place };
}

/** A label at a position, as Python has told it; what was typed stands for itself. */
export function nameOf(pick: Pick, place: number | string | null): string {
  if (place === null) return "";
  return typeof place === "string" ? place : pick.names[String(place)] ?? `#${place}`;
}

/** A position: a slider for those that there are, an entry for any whole number. */
export function position(context: Context, { axis, label, slot }: Place): Part {
  const { bin, session, text } = context;
  const entry = h("input", {
    ...{ type: "text", inputmode: "numeric", class: "dlw-entry dlw-fe-place-entry" },
    ...{ "aria-label": label, placeholder: slot === "at" ? "" : ":", autocomplete: "off" },
  });
  const slider = h("input", {
    ...{ type: "range", class: "dlw-range", step: 1, min: 0, "aria-label": text.slide(label) },
  });
  const now = (): number | string | null => held(session.picks[axis], slot);
  const take = (final: boolean): void => {
    const typed = entry.value.trim().replace("−", "-");
    const open = typed === "" && slot !== "at";
    const fine = open || /^-?\d{1,15}$/.test(typed);
    mark(entry, "aria-invalid", fine ? undefined : "true");
    if (fine) session.pick(axis, put(slot, open ? null : Number(typed)), final);
  };
  bin.listen(entry, "input", () => take(false));
  bin.listen(entry, "change", () => take(true));
  for (const type of ["input", "change"] as const) {
    bin.listen(slider, type, () => {
      session.pick(axis, put(slot, Number(slider.value)), type === "change");
    });
  }
  return {
    el: h(
      "label",
      { class: "dlw-fe-position" },
      h("span", {}, label),
      ...(
        slot === "step" ? [entry] : [slider, entry]
      ),
    ),
    update() {
      const size = session.model.get("_grids")["frame"]?.[axis].size ?? 0;
      slider.max = String(slot === "stop" ? size : Math.max(0, size - 1));
      slider.disabled = size === 0;
      const place = now();
      const least = slot === "stop" ? size : 0;
      const shown = typeof place === "number" ? place < 0 ? place + size : place : least;
      if (slider.value !== String(shown)) slider.value = String(shown);
      if (document.activeElement === entry) return;
      entry.value = place === null ? "" : String(place);
      mark(entry, "aria-invalid", undefined);
    },
  };
}

/** A label, searched for; what is not found is taken as it was typed, and pandas has its say. */
export function labelled(context: Context, { axis, label, slot }: Place): Part {
  const { session } = context;
  const field = combo(context, {
    ...{ label, axis, placeholder: slot === "at" ? "" : ":" },
    now: () => nameOf(session.picks[axis], held(session.picks[axis], slot)),
    choose: (place) => session.pick(axis, put(slot, place)),
    type: (typed) => session.pick(axis, put(slot, code(typed))),
    ...(slot === "at" ? {} : { clear: () => session.pick(axis, put(slot, null)) }),
  });
  return {
    el: h("label", { class: "dlw-fe-position" }, h("span", {}, label), field.el),
    update: field.update,
  };
}

/** Several places, each of which can be taken away. */
export function list(context: Context, axis: AxisName, byLabel: boolean): Part {
  const { bin, session, text } = context;
  const chips = h("span", { class: "dlw-fe-chips", role: "group", "aria-label": text.list });
  const add = (place: number | string): void => {
    session.pick(axis, { at: [...session.picks[axis].at, place] });
  };
  bin.listen(chips, "click", (event) => {
    const chip = (event.target as Element).closest<HTMLElement>("[data-at]");
    if (!chip) return;
    const gone = Number(chip.dataset["at"]);
    session.pick(axis, { at: session.picks[axis].at.filter((_, at) => at !== gone) });
  });
  const adder = byLabel
    ? combo(context, {
      ...{ label: text.add, axis, placeholder: `+ ${text.add}` },
      now: () => "",
      choose: add,
      type: (typed) => add(code(typed)),
    })
    : number(context, add);
  let known = "";
  return {
    el: h("span", { class: "dlw-fe-list" }, chips, adder.el),
    update() {
      const pick = session.picks[axis];
      const names = pick.at.map((place) => byLabel ? nameOf(pick, place) : String(place));
      adder.update();
      if (names.join("\n") === known) return;
      known = names.join("\n");
      chips.replaceChildren(...names.map((name, at) =>
        h(
          "button",
          { type: "button", class: "dlw-fe-chip", "data-at": at, title: text.remove(name) },
          h("bdi", {}, visible(name)),
          " ×",
        )
      ));
    },
  };
}

function number({ bin, text }: Context, add: (place: number) => void): Part {
  const entry = h("input", {
    ...{ type: "text", inputmode: "numeric", class: "dlw-entry dlw-fe-place-entry" },
    ...{ "aria-label": text.add, placeholder: `+ ${text.add}`, autocomplete: "off" },
  });
  bin.listen<KeyboardEvent>(entry, "keydown", (event) => {
    const typed = entry.value.trim().replace("−", "-");
    if (event.key !== "Enter" || !/^-?\d{1,15}$/.test(typed)) return;
    add(Number(typed));
    entry.value = "";
  });
  return { el: entry, update: () => {} };
}

/** The code of a label that was typed: numbers and what is quoted as they are, else a text. */
export function code(typed: string): string {
  const text = typed.trim();
  const literal = /^(-?\d+(\.\d+)?|True|False|None|(["']).*\3|\(.*\)|\w+\.\w+.*)$/.test(text);
  return literal ? text : JSON.stringify(text);
}
