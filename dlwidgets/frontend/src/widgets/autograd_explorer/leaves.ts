/** The numbers that can be changed: leaves and constants, with sliders and fields. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { list } from "./numbers.ts";
import type { Context, Part, Variable } from "./session.ts";
import { bare } from "./shapes.ts";

/** A tensor of no more numbers has a slider for each. */
const SLIDERS = 2;

export function leaves(context: Context): Part {
  const { model, session, text } = context;
  const rows = h("div", { class: "dlw-au-rows" });
  const why = h("p", { class: "dlw-au-soft" });
  const el = h("section", { class: "dlw-au-leaves" }, h("h3", {}, text.leaves), rows, why);
  let version = -1;
  let parts: Part[] = [];
  return {
    el,
    update() {
      if (version !== session.version) {
        const shown = session.variables.filter((one) => one.editable && !bare(one));
        parts = shown.map((one) => row(context, one));
        rows.replaceChildren(...parts.map((part) => part.el));
      }
      version = session.version;
      for (const part of parts) part.update();
      const unknown = model.get("_unknown");
      why.hidden = unknown.length === 0;
      say(why, unknown.length > 0 ? text.noEdit(unknown.join(", ")) : "");
      el.hidden = parts.length === 0 && unknown.length === 0;
    },
  };
}

/** The place of a number, as Python writes it: `0, 1`. */
function place(shape: readonly number[], index: number): string {
  const at: number[] = [];
  for (const length of [...shape].reverse()) {
    at.unshift(index % length);
    index = Math.floor(index / length);
  }
  return at.join(", ");
}

function row(context: Context, { count, key, kind, name, shape }: Variable): Part {
  const { session, text } = context;
  const numbers = Array.from(
    { length: count },
    (_, i) => number(context, key, i, text.numberOf(name, place(shape, i)), count <= SLIDERS),
  );
  const gradient = h("output", { class: "dlw-au-slope" });
  const title = h("span", { class: "dlw-au-leaf", title: text.kindHints[kind] });
  title.append(h("code", { title: name }, name), h("small", {}, text.kinds[kind]));
  const el = h(
    "div",
    { class: "dlw-au-row", "data-kind": kind },
    title,
    h("div", { class: "dlw-au-fields" }, ...numbers.map((one) => one.el)),
    gradient,
  );
  return {
    el,
    update() {
      for (const one of numbers) one.update();
      const now = session.variable(key);
      const arrived = now && session.arrived(now, session.step);
      const shown = now && arrived ? list(arrived, now.shape, now.count, 4) : "–";
      say(gradient, kind === "constant" ? "" : `∇ ${shown}`);
      const exact = Array.from(arrived ?? []).map((x) => quantity(x, 9)).join(", ");
      mark(gradient, "title", exact || undefined);
    },
  };
}

function number(
  { bin, session }: Context,
  key: number,
  index: number,
  label: string,
  slides: boolean,
): Part {
  const now = (): number => {
    const one = session.variable(key);
    return one ? session.values(one)[index] ?? NaN : NaN;
  };
  const typed = entry(bin, {
    label,
    digits: 3,
    now,
    put: (value) => session.put(key, index, value),
  });
  // Wide enough for the number as it was found, and for as much below zero.
  const reach = Math.max(4, 2 * 10 ** Math.ceil(Math.log10(Math.abs(now()) || 1)));
  const slider = h("input", {
    type: "range",
    class: "dlw-range",
    min: -reach,
    max: reach,
    step: reach / 200,
    "aria-label": label,
  });
  bin.listen(slider, "input", () => session.put(key, index, Number(slider.value)));
  return {
    el: h("div", { class: "dlw-au-number" }, ...(slides ? [slider] : []), typed.el),
    update() {
      typed.update();
      const value = now();
      if (Number(slider.value) !== value) slider.value = String(value);
      mark(slider, "aria-valuetext", quantity(value, 5));
      slider.disabled = session.link.gone;
    },
  };
}
