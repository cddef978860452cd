/** A slider for each option, and the numbers of the chosen run. */

import { h, mark, say } from "../../lib/dom.ts";
import { percent, quantity } from "../../lib/format.ts";
import { type Axis, type Context, lossText, type Part } from "./session.ts";

export function choosers(context: Context): Part {
  const { bin, model, session, text } = context;
  const rows = session.axes.map((axis, i) => row(context, axis, i));
  const zone = h("b", { class: "dlw-sw-zone" });
  const numbers = h("span", { class: "dlw-sw-numbers" });
  const best = model.get("_best");
  const button = h(
    "button",
    { type: "button", class: "dlw-button", title: best < 0 ? text.noBest : text.bestHint },
    text.best,
  );
  button.disabled = best < 0;
  bin.listen(button, "click", () => session.choose(best));
  const result = h("div", { class: "dlw-sw-result" }, zone, numbers, button);
  const sliders = h("div", { class: "dlw-sw-sliders" }, ...rows.map((one) => one.el));
  return {
    el: h("div", { class: "dlw-sw-choosers" }, sliders, result),
    update() {
      for (const one of rows) one.update();
      const found = session.zone(session.run);
      mark(zone, "data-zone", found);
      mark(zone, "title", text.zoneHints[found]);
      say(zone, text.zones[found]);
      say(numbers, [...figures(context)].join(" · "));
    },
  };
}

function* figures({ session, text }: Context): Generator<string> {
  const { accuracy, final, run, test } = session;
  yield `${text.loss} ${lossText(final[run])}`;
  if (test.length) yield `${text.test} ${lossText(test[run])}`;
  const share = accuracy[run];
  if (share !== undefined && !Number.isNaN(share)) {
    yield `${text.accuracy} ${percent(100 * share)}`;
  }
}

/** The name of an option, its slider and its value. */
function row({ bin, session }: Context, axis: Axis, index: number): Part {
  const slider = h("input", {
    type: "range",
    class: "dlw-range",
    min: 0,
    max: axis.values.length - 1,
    step: 1,
    "aria-label": axis.name,
  });
  bin.listen(slider, "input", () => {
    const places = session.places(session.run);
    places[index] = Number(slider.value);
    session.choose(session.at(places));
  });
  const value = h("output", { class: "dlw-sw-value" });
  const ends = [axis.labels[0], axis.labels.at(-1)].join(" – ");
  const el = h(
    "label",
    { class: "dlw-sw-row", title: ends },
    h("code", {}, axis.name),
    slider,
    value,
  );
  return {
    el,
    update() {
      const place = session.places(session.run)[index]!;
      const label = axis.labels[place] ?? quantity(axis.values[place]);
      if (slider.value !== String(place)) slider.value = String(place);
      mark(slider, "aria-valuetext", label);
      say(value, label);
    },
  };
}
