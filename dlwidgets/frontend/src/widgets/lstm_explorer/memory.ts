/** What a unit remembers: the gradient with respect to each input, and the product of the gates. */

import type uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { h, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame } from "../../lib/frame.ts";
import { type Look, look, swatch } from "../../lib/palette.ts";
import { segments } from "../../lib/segments.ts";
import { type Context, held, type Part } from "./session.ts";

/** What a logarithmic axis reaches down to, as a share of the greatest value. */
const FLOOR = 1e-8;

/** Gradient, product, and the gradient before the changes. */
const LOOKS: readonly Look[] = [
  look(0),
  look(1),
  { color: "--dlw-edge", dash: [3, 3], marker: "circle" },
];

export function memory(context: Context): Part {
  const { bin, model, session, text } = context;
  // What is remembered fades by ratio.
  let log = true;
  const gate = session.net.kind === "lstm" ? "f" : "z";
  const scale = segments(bin, {
    ...{ label: text.axis, all: ["linear", "log"] as const, names: text.axes },
    now: () => log ? "log" : "linear",
    choose: (one) => {
      log = one === "log";
      session.changed();
    },
  });
  let version = 0;
  let known: unknown = null;
  const series = (): (number | null)[][] => {
    const { before, gradient, product } = model.get("_memory");
    const found = [held(gradient), held(product), held(before)];
    const many = found[0]!.length;
    return found.map((values) => {
      const most = values.reduce((a, b) => Number.isFinite(b) ? Math.max(a, b) : a, 0);
      const low = log ? FLOOR * most : -Infinity;
      // Where there is no such series it is a gap throughout.
      return Array.from({ length: many }, (_, i) => {
        const one = values[i] ?? NaN;
        return Number.isFinite(one) && one > low ? one : null;
      });
    });
  };
  const chart: Chart = {
    title: text.memory,
    label: text.memoryLabel,
    colors: LOOKS.map((one) => one.color),
    key: () => {
      if (known !== model.get("_memory")) version++;
      known = model.get("_memory");
      return `${version} ${log}`;
    },
    data: () => {
      const { first, gradient } = model.get("_memory");
      return [Array.from(held(gradient), (_, i) => first + i), ...series()];
    },
    options: (paint) => ({
      scales: {
        x: { time: false, range: (_, low, high) => low < high ? [low, high] : [low - 1, low + 1] },
        y: { distr: log ? 3 : 1, range: (_, low, high) => range(low, high, log) },
      },
      axes: [
        axis(paint, 26, count, [...steps()]),
        {
          ...axis(paint, 56, (value) => quantity(value, 3)),
          ...(log ? decades : {}),
        },
      ],
      series: [
        {},
        ...series().map((_, i) => {
          const { color, dash } = LOOKS[i]!;
          return { stroke: paint[color]!, width: 2, dash: [...dash], points: { show: false } };
        }),
      ],
    }),
    moving(plot, ctx, paint) {
      const x = plot.valToPos(session.step, "x");
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, plot.over.clientHeight);
      ctx.stroke();
    },
  };
  const made = frame(bin, chart);
  const [gradient, product] = [h("span", {}), h("span", {})];
  const second = h("span", {}, swatch(LOOKS[1]!) as unknown as Node, product);
  const third = h("span", {}, swatch(LOOKS[2]!) as unknown as Node, text.gradientBefore);
  const legend = h(
    "div",
    { class: "dlw-ls-legend" },
    h("span", {}, swatch(LOOKS[0]!) as unknown as Node, gradient),
    second,
    third,
  );
  made.el.querySelector("h3")!.append(scale.el);
  const [reach, empty] = [h("p", {}), h("p", { class: "dlw-ls-soft" }, text.noMemory)];
  return {
    el: h("div", { class: "dlw-ls-memory" }, made.el, legend, reach, empty),
    update() {
      const found = model.get("_memory");
      const { first } = found;
      const last = first + held(found.gradient).length - 1;
      made.el.hidden = legend.hidden = reach.hidden = !found.shown;
      empty.hidden = found.shown || session.unit < session.net.out;
      if (!found.shown) return;
      say(gradient, text.gradient(String(session.unit), String(session.step)));
      say(product, text.product(gate));
      second.hidden = held(found.product).length === 0;
      third.hidden = held(found.before).length === 0;
      const followed = last - first + 1 < session.net.steps && first > 0
        ? ` ${text.followed(count(first), count(last))}.`
        : "";
      say(reach, (found.reach < 0 ? text.noReach : text.reach(count(found.reach))) + followed);
      scale.update();
      made.update();
    },
  };
}

/** Lines at whole powers of ten alone: the small ones between would be a hatching. */
const decades: uPlot.Axis = {
  splits: (_plot, _axis, low, high) => powers(low, high),
  filter: (_plot, splits) => splits,
};

/** The powers of ten between two numbers, or as many of them as there is room for. */
function powers(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first) / 5));
  const found = [];
  for (let power = last; power >= first; power -= every) found.unshift(10 ** power);
  return found;
}
