/** A slider for each latent dimension, the one that carries most first. */

import { h, mark } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { stepOf } from "./arithmetic.ts";
import { type Context, held, type Part } from "./session.ts";

export function sliders(context: Context): Part {
  const { bin, model, session, text } = context;
  const reset = h("button", { type: "button", class: "dlw-button", title: text.resetHint });
  reset.append(text.reset);
  bin.listen(reset, "click", () => session.show(held(model.get("_home")).slice(), true));
  const list = h("div", { class: "dlw-le-sliders" });
  let known = "";
  let rows: Part[] = [];
  return {
    el: h(
      "section",
      { class: "dlw-le-code" },
      h("h3", {}, text.code, reset),
      list,
    ),
    update() {
      const key = held(model.get("_order")).join();
      if (key !== known) {
        rows = key.split(",").map((one) => row(context, Number(one)));
        list.replaceChildren(...rows.map((one) => one.el));
      }
      known = key;
      for (const one of rows) one.update();
    },
  };
}

function row(context: Context, index: number): Part {
  const { announcer, bin, model, session, text } = context;
  const reach = held(model.get("_reach"));
  const [low, high] = [reach[2 * index]!, reach[2 * index + 1]!];
  const step = stepOf([low, high]);
  const label = text.dimension(String(index));
  const slider = h("input", {
    ...{ type: "range", class: "dlw-range", "aria-label": label },
    ...{ min: low, max: high, step: "any" },
  });
  const bar = h("i");
  const worth = h("span", { class: "dlw-le-worth" }, bar);
  const typed = entry(bin, {
    label: text.valueOf(String(index)),
    now: () => session.z[index]!,
    put: (value) => session.set(index, value, true),
  });
  const el = h(
    "div",
    { class: "dlw-le-row" },
    h("span", { class: "dlw-le-name" }, `z${index}`),
    worth,
    slider,
    typed.el,
  );
  const round = (value: number): number => Number((Math.round(value / step) * step).toPrecision(9));
  const put = (value: number, final: boolean): void => {
    session.set(index, value, final);
    announcer.tell(text.spoken(String(index), quantity(value, 3)));
  };
  const back = (): void => put(held(model.get("_home"))[index]!, true);
  bin.listen(slider, "input", () => put(round(Number(slider.value)), false));
  bin.listen(slider, "change", () => put(round(Number(slider.value)), true));
  bin.listen(slider, "dblclick", back);
  bin.listen<KeyboardEvent>(slider, "keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") back();
    if (way === undefined) return;
    // The browser's own steps of such a slider are a hundredth of its length.
    event.preventDefault();
    const next = session.z[index]! + way * step * (event.shiftKey ? 1 : 10);
    put(Math.max(low, Math.min(high, round(next))), false);
  });
  bin.listen<KeyboardEvent>(slider, "keyup", (event) => {
    if (event.key.startsWith("Arrow")) session.set(index, session.z[index]!, true);
  });
  return {
    el,
    update() {
      const value = session.z[index]!;
      if (Number(slider.value) !== value) slider.value = String(value);
      mark(slider, "aria-valuetext", quantity(value, 3));
      typed.update();
      const all = held(model.get("_worth"));
      const most = all.reduce((a, b) => Math.max(a, b), 0);
      const [mine, dead] = [all[index]!, Boolean(held(model.get("_dead"))[index])];
      const share = most > 0 ? Math.max(0, mine) / most : 0;
      bar.style.setProperty("--part", share.toFixed(4));
      mark(el, "data-dead", dead);
      const words = model.get("_variational") ? text.worthKl : text.worthVariance;
      const said = words(quantity(mine, 3)) + (dead ? ` (${text.isDead})` : "");
      mark(worth, "title", said);
      mark(slider, "title", `${label}: ${said}`);
    },
  };
}
