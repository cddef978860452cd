/** One look at the chosen arm: dropout, batch norm, weights, or the signal before training. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import { calm, ends, lines } from "./chart.ts";
import { dropout } from "./dropout.ts";
import { norm } from "./norm.ts";
import { type Arm, type Context, type Lens, LENSES, type Part } from "./session.ts";

export function lens(context: Context): Part {
  const { bin, model, session, text } = context;
  const choice = segments<Lens>(bin, {
    label: text.lens,
    all: LENSES,
    names: text.lenses,
    now: () => model.get("lens"),
    choose: (one) => session.set("lens", one),
  });
  const views: Readonly<Record<Lens, Part>> = {
    dropout: dropout(context),
    batch_norm: norm(context),
    weights: weights(context),
    signal: signal(context),
  };
  const empty = h("p", { class: "dlw-rg-empty" });
  const name = h("b", {});
  const all = LENSES.map((one) => views[one].el);
  return {
    el: h(
      "div",
      { class: "dlw-rg-lens" },
      h("div", { class: "dlw-rg-line" }, choice.el, name),
      ...all,
      empty,
    ),
    update() {
      choice.update();
      const chosen = model.get("lens");
      const { arm } = session;
      say(name, chosen === "dropout" || chosen === "batch_norm" ? text.arm(arm) : "");
      const lacking = chosen === "dropout" && !arm.dropout
        ? text.noDropout
        : chosen === "batch_norm" && !arm.norm
        ? text.noNorm
        : "";
      for (const one of LENSES) {
        views[one].el.hidden = one !== chosen || lacking !== "";
      }
      empty.hidden = !lacking;
      say(empty, lacking);
      mark(empty, "data-lens", chosen);
      if (!lacking) views[chosen].update();
    },
  };
}

function weights(context: Context): Part {
  const { model, session, text } = context;
  const epochs = Array.from({ length: model.get("_epochs") + 1 }, (_, i) => i);
  return pair(
    lines(context, {
      title: text.weights,
      label: text.weightsLabel,
      note: text.weightsNote,
      log: () => false,
      x: () => [...session.edges].slice(1).map((edge, i) => (edge + session.edges[i]!) / 2),
      of: (arm) => ({ mean: arm.shares }),
      reach: () => [0, calm(session.shown.map((arm) => Math.max(...arm.shares)))],
    }),
    lines(context, {
      title: text.norms,
      label: text.normsLabel,
      note: text.spread(model.get("_seeds").length),
      log: () => model.get("log_scale"),
      x: () => epochs,
      of: (arm) => arm.norms,
    }),
  );
}

/** What each layer hands on and gets back, before the first step. */
function signal(context: Context): Part {
  const { session, text } = context;
  const layers = (): readonly string[] =>
    session.shown.reduce<readonly string[]>(
      (most, arm) => arm.layers.length > most.length ? arm.layers : most,
      [],
    );
  const chart = (title: string, label: string, of: (arm: Arm) => Float64Array): Part =>
    lines(context, {
      title,
      label,
      note: text.signalNote,
      log: () => true,
      x: () => layers().map((_, i) => i),
      // A layer that another arm has more of has no value here.
      of: (arm) => ({ mean: layers().map((_, i) => of(arm)[i] ?? NaN) }),
      reach: () => {
        const found = session.shown.flatMap((arm) => [...of(arm)].filter((y) => y > 0));
        const [low, high] = ends(found);
        return [low ?? 0.1, high ?? 1];
      },
      names: layers,
    });
  const both = pair(
    chart(text.values, text.valuesLabel, (arm) => arm.values),
    chart(text.gradients, text.gradientsLabel, (arm) => arm.gradients),
  );
  const notes = h("p", { class: "dlw-rg-notes" });
  both.el.append(notes);
  return {
    el: both.el,
    update() {
      both.update();
      const of = (kind: (arm: Arm) => boolean): string =>
        session.shown.filter(kind).map((arm) => text.arm(arm)).join(", ");
      const [still, equal] = [of(silent), of((arm) => !silent(arm) && symmetric(arm))];
      say(
        notes,
        [equal && text.symmetric(equal), still && text.silent(still)].filter(Boolean).join(" · "),
      );
    },
  };
}

/** Whether nothing is handed on, and no gradient comes back beyond the last layer. */
export function silent({ gradients, values }: Pick<Arm, "gradients" | "values">): boolean {
  const back = gradients.subarray(0, -1);
  return values.length > 0 && values.every((y) => y === 0) && back.every((g) => g === 0);
}

/** Whether all units of some layer do the same, as far as rounding goes. */
export function symmetric({ apart, values }: Pick<Arm, "apart" | "values">): boolean {
  return values.some((size, i) => apart[i]! <= 1e-5 * size);
}

function pair(...parts: readonly Part[]): Part {
  return {
    el: h("div", { class: "dlw-rg-pair" }, ...parts.map((part) => part.el)),
    update() {
      for (const part of parts) part.update();
    },
  };
}
