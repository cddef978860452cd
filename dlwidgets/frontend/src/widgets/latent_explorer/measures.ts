/** KL of each dimension and errors of reconstructions: now, and over the training. */

import { LineChart } from "../../lib/chart.ts";
import { h, mark, say, svg } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { look, swatch } from "../../lib/palette.ts";
import { type Context, held, type Part, type Traits } from "./session.ts";

export function measures(context: Context): Part {
  const { model, text } = context;
  const list = h("dl", { class: "dlw-le-now" });
  const bars = h("div", { class: "dlw-le-bars" });
  const over = model.get("_curves").length ? curves(context) : null;
  const said = model.get("_worths").length ? [h("p", { class: "dlw-le-course" }, text.course)] : [];
  const later = over?.el ?? h("p", {}, text.noCurves);
  return {
    el: h(
      "div",
      { class: "dlw-le-measures" },
      h("section", {}, h("h3", {}, text.now), list, h("h3", {}, text.perDimension), ...said, bars),
      h("section", {}, h("h3", {}, text.curves), later),
    ),
    update() {
      over?.update();
      list.replaceChildren(
        ...numbers(context).flatMap(([name, value]) => [
          h("dt", {}, name),
          h("dd", {}, value),
        ]),
      );
      fill(bars, context);
    },
  };
}

function numbers({ model, text }: Context): [string, string][] {
  const [squared, entropy] = held(model.get("_errors")) as unknown as [number, number];
  const worth = held(model.get("_worth")).reduce((a, b) => a + b, 0);
  const nats = (value: number): string => `${quantity(value, 4)} ${text.nats}`;
  const known = !Number.isNaN(entropy);
  const kl = model.get("_variational");
  return [
    ...(Number.isNaN(squared) ? [] : [[text.mse, quantity(squared, 3)] as [string, string]]),
    [text.cross, known ? nats(entropy) : text.noEntropy],
    [kl ? text.kl : text.variance, kl ? nats(worth) : quantity(worth, 4)],
    ...(kl && known ? [[text.bound, nats(entropy + worth)] as [string, string]] : []),
  ];
}

/** A bar for each dimension, the greatest first. */
function fill(el: HTMLElement, { model, text }: Context): void {
  const courses = new Map(model.get("_worths").map((one) => [one.dim, one]));
  const reach = model.get("_worths").reduce(
    (top, { values }) => held(values).reduce((a, b) => Math.max(a, b), top),
    0,
  );
  const [worth, dead] = [held(model.get("_worth")), held(model.get("_dead"))];
  const most = worth.reduce((a, b) => Math.max(a, b), 0);
  el.replaceChildren(...Array.from(held(model.get("_order")), (index) => {
    const bar = h("i");
    bar.style.setProperty("--part", (most > 0 ? Math.max(0, worth[index]!) / most : 0).toFixed(4));
    const value = quantity(worth[index], 3);
    const way = courses.get(index);
    const row = h(
      "div",
      {},
      h("span", {}, `z${index}`),
      h("b", {}, bar),
      h("span", {}, value),
      ...way ? [course(held(way.steps), held(way.values), reach, text.courseOf(index))] : [],
    );
    mark(row, "data-dead", Boolean(dead[index]));
    if (dead[index]) mark(row, "title", text.isDead);
    return row;
  }));
}

/** How one KL went: all on one scale, so that the dimensions can be compared. */
function course(
  steps: ArrayLike<number>,
  values: ArrayLike<number>,
  reach: number,
  name: string,
): SVGElement {
  const [wide, high] = [96, 16];
  const [first, last] = [steps[0]!, steps[steps.length - 1]!];
  const x = (step: number): number => last > first ? (step - first) / (last - first) * wide : wide;
  const y = (value: number): number => high - 1 - (reach > 0 ? value / reach : 0) * (high - 2);
  const points = Array.from(
    values,
    (value, i) => `${x(steps[i]!).toFixed(1)},${y(value).toFixed(1)}`,
  );
  const label = `${name}: ${quantity(values[0], 3)} → ${quantity(values[values.length - 1], 3)}`;
  const [cx, cy] = points.at(-1)!.split(",") as [string, string];
  return svg(
    "svg",
    { viewBox: `-2 0 ${wide + 4} ${high}`, role: "img", "aria-label": label },
    svg("polyline", { points: points.join(" ") }),
    svg("circle", { cx, cy, r: "2" }),
  );
}

/** The series of the run. */
function curves({ bin, model, text }: Context): Part {
  const stand = h("div", {
    class: "dlw-chart-canvas",
    role: "img",
    "aria-label": text.curvesLabel,
  });
  const [legend, readout] = [h("div", { class: "dlw-le-classes" }), h("output", {})];
  let given: Traits["_curves"] = [];
  let x: number[] = [];
  let known: unknown = null;
  const chart = new LineChart(stand, bin, {
    xLabel: text.step,
    onPoint: (index) => {
      if (index === null) return say(readout, "");
      const values = given.map(({ name, steps, values }) => {
        const at = held(steps).indexOf(x[index]!);
        return at < 0 ? "" : `${name} ${quantity(held(values)[at], 4)}`;
      });
      say(readout, [`${text.step} ${x[index]}`, ...values.filter(Boolean)].join(" · "));
    },
  });
  return {
    el: h("div", {}, stand, legend, readout),
    update() {
      given = model.get("_curves");
      if (known === given) return;
      known = given;
      x = [...new Set(given.flatMap(({ steps }) => [...held(steps)]))].sort((a, b) => a - b);
      const places = new Map(x.map((step, i) => [step, i]));
      const lines = given.map(({ name, steps, values }, i) => {
        const raw = new Array<number | null>(x.length).fill(null);
        held(steps).forEach((step, at) => raw[places.get(step)!] = held(values)[at]!);
        const curve = { raw, smooth: raw, sparse: held(steps).length < 40 };
        return { name, look: look(i), curve, shown: true };
      });
      legend.replaceChildren(
        ...lines.map((line) => h("span", {}, swatch(line.look) as unknown as Node, line.name)),
      );
      chart.draw({ x, end: x.at(-1) ?? 1, lines, marks: [], log: false, smooth: false });
    },
  };
}
