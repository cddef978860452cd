/** The controls that settings are made of: one number, a pair, a choice, a switch. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Pair, Setting } from "./arithmetic/mod.ts";
import type { Context, Part } from "./part.ts";

/** A row of the settings; hidden where the kind of layer has no such argument. */
export interface Row extends Part {
  shown(s: Setting): boolean;
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

function slide(
  { bin }: Context,
  label: string,
  { low, high }: Ends,
  put: (value: number, last: boolean) => void,
): { el: HTMLElement; show(value: number): void } {
  const slider = h("input", { type: "range", class: "dlw-range", min: low, max: high, step: 1 });
  mark(slider, "aria-label", label);
  const value = h("b", { "aria-hidden": "true" });
  bin.listen(slider, "input", () => put(Number(slider.value), false));
  bin.listen(slider, "change", () => put(Number(slider.value), true));
  return {
    el: h("span", { class: "dlw-cv-slide" }, slider, value),
    show(now) {
      // What Python has set may lie beyond the usual ends.
      const [least, most] = [Math.min(low, now), Math.max(high, now)];
      if (slider.min !== String(least)) slider.min = String(least);
      if (slider.max !== String(most)) slider.max = String(most);
      if (slider.value !== String(now)) slider.value = String(now);
      say(value, String(now));
    },
  };
}

/** One whole number. */
export function number(
  context: Context,
  name: "in_channels" | "out_channels" | "groups",
  ends: Ends,
  shown: (s: Setting) => boolean,
): Row {
  const { session, text } = context;
  const label = text.fields[name];
  const control = slide(
    context,
    label,
    ends,
    (value, last) => session.ask({ [name]: value }, last),
  );
  return {
    el: row(label, name, control.el),
    shown,
    update: () => control.show(session.draft[name]),
  };
}

/** A number for both axes, or one for each. */
export function pair(
  context: Context,
  name: "kernel_size" | "stride" | "padding" | "dilation" | "output_padding" | "size",
  ends: Ends,
  shown: (s: Setting) => boolean,
  extra?: Part,
): Row {
  const { bin, session, text } = context;
  const label = text.fields[name];
  const read = (): Pair => {
    const held = session.draft[name];
    return typeof held === "string" ? [0, 0] : held;
  };
  let apart = read()[0] !== read()[1];
  const put = (axis: 0 | 1) => (value: number, last: boolean): void => {
    const [a, b] = read();
    const next: Pair = !apart ? [value, value] : axis === 0 ? [value, b] : [a, value];
    session.ask({ [name]: next }, last);
  };
  const first = slide(context, label, ends, put(0));
  const second = slide(context, text.across(label), ends, put(1));
  const link = h("button", { type: "button", class: "dlw-cv-link" });
  bin.listen(link, "click", () => {
    apart = !apart;
    if (!apart && read()[0] !== read()[1]) session.ask({ [name]: [read()[0], read()[0]] });
    session.changed();
  });
  const sliders = h("span", { class: "dlw-cv-pair" }, first.el, second.el);
  return {
    el: row(label, name, sliders, link, ...(extra ? [extra.el] : [])),
    shown,
    update() {
      const [a, b] = read();
      if (a !== b) apart = true;
      first.show(a);
      second.show(b);
      sliders.hidden = typeof session.draft[name] === "string";
      second.el.hidden = !apart;
      link.hidden = sliders.hidden;
      say(link, apart ? "↕↔" : "=");
      mark(link, "aria-pressed", String(apart));
      mark(link, "aria-label", text.link(label));
      mark(link, "title", text.link(label));
      extra?.update();
    },
  };
}

/** One of several words. */
export function choice<T extends string>(
  { bin }: Context,
  label: string,
  options: readonly (readonly [T, string])[],
  read: () => T,
  put: (value: T) => void,
): Part {
  const select = h("select", { class: "dlw-cv-select", "aria-label": label });
  select.append(...options.map(([value, name]) => h("option", { value }, name)));
  bin.listen(select, "change", () => put(select.value as T));
  return {
    el: select,
    update() {
      if (select.value !== read()) select.value = read();
    },
  };
}

/** A switch. */
export function flag(
  { bin, session, text }: Context,
  name: "bias" | "relu" | "ceil_mode" | "count_include_pad",
  shown: (s: Setting) => boolean,
): Row {
  const box = h("input", { type: "checkbox" });
  bin.listen(box, "change", () => session.ask({ [name]: box.checked }));
  return {
    el: h("label", { class: "dlw-cv-flag", title: name }, box, text.fields[name]),
    shown,
    update() {
      if (box.checked !== session.draft[name]) box.checked = session.draft[name];
    },
  };
}

/** A named row. */
export function row(label: string, hint: string, ...controls: HTMLElement[]): HTMLElement {
  const name = h("span", { class: "dlw-cv-name", title: hint }, label);
  return h(
    "div",
    { class: "dlw-cv-row-of", role: "group", "aria-label": label },
    name,
    ...controls,
  );
}
