/** Gates that are held at a value: choosing, stating, releasing. */

import { h, mark, say } from "../../lib/dom.ts";
import { segments } from "../../lib/segments.ts";
import type { Context, Part, Traits } from "./session.ts";

type Held = Traits["_held"][number];

export function hold(context: Context): Part {
  const { bin, model, session, text } = context;
  const wish = {
    gate: "",
    to: "0" as "0" | "1" | "mean",
    units: "all" as "all" | "one",
    since: "all" as "all" | "here",
  };
  const gates = session.net.gates;
  wish.gate = gates.includes("f") ? "f" : gates[0]!;
  const changed = (): void => session.changed();
  const names = Object.fromEntries(
    gates.map((gate) => [gate, `${gate} ${text.parts[gate as keyof typeof text.parts]}`]),
  );
  const choices = [
    segments(bin, {
      ...{ label: text.gate, all: gates, names, now: () => wish.gate },
      choose: (one) => (wish.gate = one, changed()),
    }),
    segments(bin, {
      ...{ label: text.to, all: ["0", "1", "mean"] as const, names: text.tos, now: () => wish.to },
      choose: (one) => (wish.to = one, changed()),
    }),
    segments(bin, {
      ...{ label: text.whose, all: ["all", "one"] as const, names: text.whoses },
      now: () => wish.units,
      choose: (one) => (wish.units = one, changed()),
    }),
    segments(bin, {
      ...{ label: text.since, all: ["all", "here"] as const, names: text.sinces },
      now: () => wish.since,
      choose: (one) => (wish.since = one, changed()),
    }),
  ];
  const go = h("button", { type: "button", class: "dlw-button dlw-ls-go" }, text.hold);
  bin.listen(go, "click", () =>
    session.tell("hold", {
      gate: wish.gate,
      to: wish.to === "mean" ? "mean" : Number(wish.to),
      unit: wish.units === "one" ? session.unit : null,
      since: wish.since === "here" ? session.step : 0,
    }));
  const list = h("ul", { class: "dlw-ls-held", "aria-label": text.holding });
  const none = h("p", { class: "dlw-ls-soft" }, text.nothing);
  let known: unknown = null;
  const [gate, to, units, since] = choices;
  return {
    el: h(
      "div",
      { class: "dlw-ls-hold" },
      h(
        "div",
        { class: "dlw-ls-wish" },
        gate!.el,
        h("span", {}, text.to, to!.el),
        h("span", {}, text.whose, units!.el),
        h("span", {}, text.since, since!.el),
        go,
      ),
      none,
      list,
      h("p", { class: "dlw-ls-soft" }, text.unchanged),
    ),
    update() {
      for (const choice of choices) choice.update();
      go.disabled = session.link.gone;
      const held = model.get("_held");
      none.hidden = held.length > 0;
      if (known === held) return;
      known = held;
      list.replaceChildren(...held.map((one, index) => row(context, one, index)));
    },
  };
}

function row({ bin, session, text }: Context, one: Held, index: number): HTMLElement {
  const { directions, layers } = session.net;
  const way = directions > 1 && one.reverse ? text.reverse : "";
  const place = layers * directions > 1 ? text.place(String(one.layer), way) : "";
  const units = one.unit < 0 ? text.allUnits : text.oneUnit(String(one.unit));
  const to = one.to === "mean" ? text.mean : one.to;
  const said = h("span", {});
  say(said, text.heldText(one.gate, to, units, String(one.since), place));
  const button = h("button", { type: "button", class: "dlw-button" }, text.release);
  mark(button, "aria-label", `${text.release}: ${said.textContent}`);
  bin.listen(button, "click", () => session.tell("release", index));
  return h("li", {}, said, button);
}
