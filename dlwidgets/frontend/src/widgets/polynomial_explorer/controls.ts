/** The sliders, and what the chosen degree has come to. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { position, POSITIONS, type Scale, valueAt } from "../../lib/scale.ts";
import type { Asked, Context, Part } from "./session.ts";

const SCALES = {
  noise: { low: 0, high: 100, log: false },
  count: { low: 4, high: 100, log: false },
  ridge: { low: 0, high: 1000, log: true },
} as const satisfies Record<string, Scale>;

export function controls(context: Context): Part {
  const { bin, model, session, text } = context;
  const own = model.get("_own");
  const names = own ? ["ridge"] as const : ["ridge", "noise", "count"] as const;
  const rows = [degree(context), ...names.map((name) => slider(context, name))];
  const again = h(
    "button",
    { type: "button", class: "dlw-button", title: text.againHint },
    own ? text.againOwn : text.again,
  );
  bin.listen(again, "click", () => session.ask({ seed: session.asked.seed + 1 }));
  const seed = h("span", { class: "dlw-po-seed" });
  return {
    el: h(
      "div",
      { class: "dlw-po-controls" },
      ...rows.map((row) => row.el),
      h("div", { class: "dlw-po-again" }, again, seed),
    ),
    update() {
      for (const row of rows) row.update();
      again.disabled = session.link.gone;
      say(seed, text.seed(session.asked.seed));
    },
  };
}

function degree({ bin, session, text }: Context): Part {
  const input = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: session.degrees - 1,
    step: 1,
    "aria-label": text.degree,
  });
  bin.listen(input, "input", () => session.choose(Number(input.value)));
  const value = h("output", {});
  return {
    el: h("label", { class: "dlw-po-row dlw-po-degree" }, h("span", {}, text.degree), input, value),
    update() {
      const now = String(session.degree);
      if (input.value !== now) input.value = now;
      say(value, now);
    },
  };
}

/** A slider whose values torch is asked for while it is dragged; the last one always. */
function slider({ bin, session, text }: Context, name: keyof typeof SCALES): Part {
  const scale = SCALES[name];
  const input = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: POSITIONS,
    step: 1,
    "aria-label": text[name],
  });
  const read = (): Partial<Asked> => {
    const value = valueAt(Number(input.value), scale);
    return { [name]: name === "count" ? Math.round(value) : value };
  };
  bin.listen(input, "input", () => session.ask(read(), true));
  bin.listen(input, "change", () => session.ask(read()));
  // A thousand positions are too fine for arrows.
  bin.listen<KeyboardEvent>(input, "keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const place = Number(input.value) + way * (name === "count" ? POSITIONS / 96 : POSITIONS / 50);
    input.value = String(Math.round(place));
    session.ask(read());
  });
  const value = h("output", {});
  return {
    el: h("label", { class: "dlw-po-row" }, h("span", {}, text[name]), input, value),
    update() {
      const now = session.asked[name];
      const place = String(position(now, scale));
      if (document.activeElement !== input || !session.link.commands.pending("set")) {
        if (input.value !== place) input.value = place;
      }
      input.disabled = session.link.gone;
      const shown = name === "count" ? count(now) : quantity(now, 3);
      mark(input, "aria-valuetext", shown);
      say(value, shown);
    },
  };
}

/** Both errors of the chosen degree, what it is, and its coefficients. */
export function result({ session, text }: Context): Part {
  const regime = h("b", { class: "dlw-po-regime" });
  const errors = h("span", { class: "dlw-po-errors" });
  const list = h("ol", { class: "dlw-po-coefficients", start: 0 });
  const items = Array.from({ length: session.degrees }, (_, k) => {
    const number = h("span", {});
    const power = h("sub", {}, String(k));
    const item = h("li", {}, h("i", {}, "θ", power), number);
    list.append(item);
    return { item, number };
  });
  return {
    el: h(
      "div",
      { class: "dlw-po-result" },
      h("div", { class: "dlw-po-line" }, regime, errors),
      h("div", { class: "dlw-po-line" }, h("small", {}, text.coefficients), list),
    ),
    update() {
      const [train, test] = session.errors.map((all) => all[session.degree]!);
      mark(regime, "data-regime", session.regime);
      mark(regime, "title", text.hints[session.regime]);
      say(regime, text.regimes[session.regime]);
      const texts = [[text.train, train!], [text.test, test!]] as const;
      say(errors, texts.map(([name, value]) => `${name} ${quantity(value, 4)}`).join(" · "));
      const found = session.coefficients(session.degree);
      items.forEach(({ item, number }, k) => {
        mark(item, "data-none", k >= found.length);
        say(number, k < found.length ? quantity(found[k]!, 4) : "–");
        mark(number, "title", k < found.length ? String(found[k]) : undefined);
      });
    },
  };
}
