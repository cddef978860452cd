/** Who takes part: rates, losses, schedules; and all options of the one that is taken apart. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { count, quantity } from "../../lib/format.ts";
import { look, swatch } from "../../lib/palette.ts";
import type { Context, Part } from "./session.ts";

/** Adam for the first part, then SGD with momentum: what the page asks Python for. */
const RELAY = ["adam", 40, "momentum"];

export function racers(context: Context): Part {
  const { bin, model, session, text } = context;
  const group = `dlw-${Math.random().toString(36).slice(2)}`;
  const body = h("tbody");
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("th", { scope: "col" }, text.racer),
      h("th", { scope: "col" }, text.lr),
      h("th", { scope: "col" }, text.loss),
      h("th", { scope: "col" }, text.schedule),
      h("td", {}),
    ),
  );
  const add = h(
    "select",
    { class: "dlw-entry dlw-op-select", "aria-label": text.add },
    h("option", { value: "" }, text.add),
    h("option", { value: "relay" }, text.relay),
    ...model.get("_optimizers").map((name) => h("option", { value: name }, name)),
  );
  bin.listen(add, "change", () => {
    if (add.value) session.ask("add", add.value === "relay" ? RELAY : add.value);
    add.value = "";
  });
  const tune = h(
    "button",
    { type: "button", class: "dlw-button", title: text.tuneHint },
    text.tune,
  );
  bin.listen(tune, "click", () => session.ask("tune", null));
  let rows: Part[] = [];
  let drawn = "";
  return {
    el: h(
      "section",
      { class: "dlw-op-racers" },
      h("table", { "aria-label": text.racers }, head, body),
      h("div", { class: "dlw-op-more" }, add, tune),
    ),
    update() {
      const kinds = session.racers.map((one) => one.stages.map((stage) => stage.source));
      const free = model.get("_schedules").filter((one) => !one.given);
      const key = JSON.stringify([kinds, free.map((one) => one.name), session.link.gone]);
      if (key !== drawn) {
        rows = session.racers.map((_, i) => row(context, i, group));
        body.replaceChildren(...rows.map((one) => one.el));
      }
      drawn = key;
      for (const one of rows) one.update();
      mark(tune, "aria-busy", session.link.commands.pending("race") || undefined);
      tune.disabled = add.disabled = session.link.gone;
    },
  };
}

function row({ bin, model, session, text }: Context, index: number, group: string): Part {
  const racer = () => session.racers[index]!;
  const choose = h("input", { type: "radio", name: group });
  bin.listen(choose, "change", () => session.choose({ racer: index }));
  const name = h("span", {});
  const loss = h("td", { class: "dlw-op-number" });
  const rate = (): number => {
    const { options, values } = racer().stages[0]!;
    return values[options.indexOf("lr")] ?? NaN;
  };
  const lr = entry(bin, {
    label: text.lrOf(racer().name),
    now: rate,
    put: (value) => session.ask("change", { racer: index, stage: 0, name: "lr", value }),
  });
  const tuned = h("small", { title: text.tunedHint }, text.tuned);
  const all = model.get("_schedules");
  const schedule = h(
    "select",
    { class: "dlw-entry dlw-op-select", "aria-label": text.scheduleOf(racer().name) },
    h("option", { value: -1 }, text.none),
    ...all.flatMap((one, i) => one.given ? [] : [h("option", { value: i }, one.name)]),
  );
  bin.listen(schedule, "change", () => {
    session.ask("change", { racer: index, schedule: Number(schedule.value) });
  });
  const remove = h("button", { type: "button", class: "dlw-button dlw-op-remove" }, "×");
  bin.listen(remove, "click", () => session.ask("remove", index));
  const label = h("label", {}, choose, swatch(look(index)) as unknown as Node, name);
  return {
    el: h(
      "tr",
      {},
      h("th", { scope: "row" }, label),
      h("td", { class: "dlw-op-lr" }, lr.el, tuned),
      loss,
      h("td", {}, schedule),
      h("td", {}, remove),
    ),
    update() {
      const { name: called, schedule: used, stopped, tuned: found } = racer();
      choose.checked = session.chosen === index;
      mark(choose, "aria-label", text.choose(called));
      say(name, called);
      mark(name, "title", called);
      lr.update();
      (lr.el as HTMLInputElement).disabled = Number.isNaN(rate()) || session.link.gone;
      mark(lr.el, "aria-label", text.lrOf(called));
      tuned.hidden = !found;
      const over = stopped >= 0 && session.at >= stopped;
      say(loss, over ? text.stopped(count(stopped)) : quantity(racer().losses[session.at], 3));
      mark(loss, "data-over", over);
      mark(loss, "title", quantity(racer().losses[session.at], 8));
      const place = all.findIndex((one) => one.name === used && !one.given);
      if (!session.waiting && schedule.value !== String(place)) schedule.value = String(place);
      schedule.disabled = session.link.gone;
      mark(remove, "aria-label", text.remove(called));
      mark(remove, "title", text.remove(called));
      remove.disabled = session.racers.length === 1 || session.link.gone;
    },
  };
}

/** Every number and flag of the racer that is taken apart, and when its second optimizer begins. */
export function options(context: Context): Part {
  const { session, text } = context;
  const title = h("b", {});
  const place = h("div", { class: "dlw-op-options" });
  let fields: Part[] = [];
  let drawn = "";
  return {
    el: h("section", { class: "dlw-op-chosen" }, title, place),
    update() {
      const { name, stages } = session.racers[session.chosen]!;
      const key = JSON.stringify([
        session.chosen,
        stages.map((one) => [one.source, one.options]),
        session.link.gone,
      ]);
      if (key !== drawn) {
        fields = stages.flatMap((_, stage) => stageFields(context, stage));
        place.replaceChildren(...fields.map((one) => one.el));
      }
      drawn = key;
      say(title, text.options(name));
      for (const one of fields) one.update();
    },
  };
}

function stageFields(context: Context, stage: number): Part[] {
  const { bin, session, text } = context;
  const racer = session.chosen;
  const now = () => session.racers[racer]?.stages[stage] ?? session.racers[0]!.stages[0]!;
  const title = h("span", { class: "dlw-op-stage" });
  const head: Part = {
    el: title,
    update: () => say(title, now().title),
  };
  const begin = entry(bin, {
    label: text.from,
    now: () => now().begin,
    put: (value) => session.ask("change", { racer, begin: value }),
  });
  const turn: Part = { el: h("label", {}, text.from, begin.el), update: () => begin.update() };
  const several = session.racers[racer]!.stages.length > 1;
  return [
    ...(several ? [head] : []),
    ...(stage > 0 ? [turn] : []),
    ...now().options.map((name) => option(context, racer, stage, name)),
  ];
}

function option(
  { bin, session, text }: Context,
  racer: number,
  stage: number,
  name: string,
): Part {
  const held = () => {
    const one = session.racers[racer]?.stages[stage];
    return one?.values[one.options.indexOf(name)] ?? NaN;
  };
  const put = (value: number): void => session.ask("change", { racer, stage, name, value });
  const label = (): string => text.optionOf(name, session.racers[racer]?.name ?? "");
  if (session.racers[racer]!.stages[stage]!.flags.includes(name)) {
    const box = h("input", { type: "checkbox", "aria-label": label() });
    bin.listen(box, "change", () => put(Number(box.checked)));
    return {
      el: h("label", {}, box, h("code", {}, name)),
      update() {
        // What was clicked stays until torch has taken or refused it.
        if (!session.waiting) box.checked = held() === 1;
        mark(box, "aria-label", label());
        box.disabled = session.link.gone;
      },
    };
  }
  const field = entry(bin, { label: label(), digits: 4, now: held, put });
  return {
    el: h("label", {}, h("code", {}, name), field.el),
    update() {
      field.update();
      mark(field.el, "aria-label", label());
      (field.el as HTMLInputElement).disabled = session.link.gone;
    },
  };
}
