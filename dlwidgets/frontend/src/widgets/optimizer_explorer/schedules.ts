/** Schedules of the rate: what each gives at the step that is shown, and its code. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { look, swatch } from "../../lib/palette.ts";
import { unpack } from "../../lib/wire.ts";
import { rates, rateStep } from "./charts.ts";
import type { Context, Part } from "./session.ts";

export function schedules(context: Context): Part {
  const { bin, model, session, text } = context;
  const chart = rates(context);
  const note = h("small", {});
  chart.el.querySelector("h3")!.append(note);
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    ...[text.name, text.rate, text.code].map((one) => h("th", { scope: "col" }, one)),
    h("td", {}),
  );
  const add = h(
    "select",
    { class: "dlw-entry dlw-op-select", "aria-label": text.draw },
    h("option", { value: "" }, text.draw),
    ...model.get("_shapes").map((name) => h("option", { value: name }, name)),
  );
  bin.listen(add, "change", () => {
    if (add.value) session.ask("draw", add.value);
    add.value = "";
  });
  const empty = h("p", {}, text.empty);
  const table = h("table", {}, h("thead", {}, head), body);
  let drawn = "";
  let cells: HTMLElement[] = [];
  return {
    el: h(
      "div",
      { class: "dlw-op-schedules" },
      chart.el,
      h("div", { class: "dlw-op-scroll" }, table, empty),
      h("div", { class: "dlw-op-more" }, add, h("small", {}, text.scheduleKeys)),
    ),
    update() {
      chart.update();
      say(note, text.ratesNote(count(session.steps)));
      const all = model.get("_schedules");
      const key = JSON.stringify([all, session.link.gone]);
      if (key !== drawn) {
        cells = all.map(() => h("td", { class: "dlw-op-number" }));
        body.replaceChildren(...all.map((_, i) => row(context, i, cells[i]!)));
      }
      drawn = key;
      const values = unpack(model.get("_rates"));
      cells.forEach((cell, i) => {
        say(cell, quantity(values[i * session.steps + rateStep(session)], 4));
      });
      table.hidden = !all.length;
      empty.hidden = all.length > 0;
      add.disabled = session.link.gone;
    },
  };
}

function row(
  { bin, model, session, text }: Context,
  index: number,
  cell: HTMLElement,
): HTMLElement {
  const { done, given, name, source } = model.get("_schedules")[index]!;
  const remove = h(
    "button",
    { type: "button", class: "dlw-button dlw-op-remove", "aria-label": text.remove(name) },
    "×",
  );
  mark(remove, "title", text.remove(name));
  remove.disabled = session.link.gone;
  bin.listen(remove, "click", () => session.ask("erase", index));
  const about = given
    ? text.goesOn(count(done))
    : name === "ReduceLROnPlateau"
    ? text.plateau
    : text.fromTenth;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("label", {}, swatch(look(index)) as unknown as Node, name)),
    cell,
    h("td", {}, h("code", {}, source), h("small", {}, about)),
    h("td", {}, remove),
  );
}
