/** The parts around the chart: what is drawn, the day that is read, losses, errors. */

import { axis, range, steps as whole } from "../../lib/axes.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { frame } from "../../lib/frame.ts";
import { swatch } from "../../lib/palette.ts";
import { segments } from "../../lib/segments.ts";
import { lookOf, TRUTH } from "./chart.ts";
import { type Context, type Name, NAMES, type Part } from "./session.ts";
import { ZOOM } from "./touch.ts";

/** Which curves are drawn, and which days are seen. */
export function toolbar(context: Context): Part {
  const { bin, model, session, text } = context;
  const view = segments(bin, {
    label: text.view,
    all: ["prices", "errors"] as const,
    names: text.views,
    now: () => model.get("residuals") ? "errors" : "prices",
    choose: (one) => session.set("residuals", one === "errors"),
  });
  const truth = h("span", { class: "dlw-fc-curve" }, swatch(TRUTH) as unknown as Node, text.truth);
  const boxes = NAMES.map((name) => curve(context, name));
  const button = (label: string, title: string, act: () => void): HTMLElement => {
    const el = h("button", { type: "button", class: "dlw-button", title }, label);
    if (label !== title) mark(el, "aria-label", title);
    bin.listen(el, "click", act);
    return el;
  };
  const moves = h(
    "div",
    { class: "dlw-fc-moves" },
    button("−", text.zoomOut, () => session.zoom(ZOOM)),
    button("+", text.zoomIn, () => session.zoom(1 / ZOOM)),
    button("‹", text.earlier, () => session.pan(-0.5)),
    button("›", text.later, () => session.pan(0.5)),
    button(text.test, text.test, () => session.seeTest()),
    button(text.whole, text.whole, () => session.see([0, session.last])),
  );
  const curves = h("div", { class: "dlw-fc-curves" }, truth, ...boxes.map((box) => box.el));
  return {
    el: h("div", { class: "dlw-fc-toolbar" }, view.el, curves, moves),
    update() {
      for (const part of [view, ...boxes]) part.update();
    },
  };
}

function curve({ bin, model, session, text }: Context, name: Name): Part {
  const box = h("input", { type: "checkbox" });
  bin.listen(box, "change", () => session.toggle(name));
  const el = h("label", { class: "dlw-fc-curve", title: text.curveHints[name] }, box);
  el.append(swatch(lookOf(name)), text.curves[name]);
  return {
    el,
    update() {
      box.checked = model.get("shown").includes(name);
    },
  };
}

/** A slider over the days, and the numbers of the one that is read. */
export function reader({ bin, model, session, text }: Context): Part {
  const slider = h("input", { type: "range", class: "dlw-range", min: 0, max: session.last });
  mark(slider, "aria-label", text.lookAt);
  bin.listen(slider, "input", () => session.look(Number(slider.value)));
  const day = h("b", {});
  const numbers = [null, ...NAMES].map((name) => h("span", { "data-reading": name ?? "truth" }));
  return {
    el: h(
      "div",
      { class: "dlw-fc-reader" },
      h("label", {}, text.lookAt, slider, day),
      h("output", {}, ...numbers),
    ),
    update() {
      const row = session.reading;
      if (slider.value !== String(row)) slider.value = String(row);
      mark(slider, "aria-valuetext", session.day(row));
      say(day, text.part(session.day(row), row >= model.get("_row")));
      const truth = session.truth[row]!;
      say(numbers[0]!, text.reading(text.truth, quantity(truth, 6), ""));
      mark(numbers[0]!, "title", String(truth));
      NAMES.forEach((name, i) => {
        const value = session.forecast(name)[row]!;
        const there = Number.isFinite(value);
        const off = value - truth;
        const signed = `${off > 0 ? "+" : ""}${quantity(off, 4)}`;
        const shown = there ? quantity(value, 6) : "–";
        say(numbers[i + 1]!, text.reading(text.curves[name], shown, there ? signed : ""));
        mark(numbers[i + 1]!, "title", there ? String(value) : undefined);
      });
    },
  };
}

/** The loss of each step. */
export function losses({ bin, model, session, text }: Context): Part {
  const log = (): boolean => model.get("log_scale");
  const scale = segments(bin, {
    label: text.scale,
    all: ["linear", "log"] as const,
    names: text.scales,
    now: () => log() ? "log" : "linear",
    choose: (one) => session.set("log_scale", one === "log"),
  });
  const place = (loss: number): number => log() ? Math.log10(loss) : loss;
  const ends = (): [number, number] => {
    const seen = [...session.losses].map(place).filter(Number.isFinite);
    if (!seen.length) return log() ? [-2, 0] : [0, 1];
    const [low, high] = [Math.min(...seen), Math.max(...seen)];
    if (!log()) return range(0, high || 1, false);
    return high - low > 0.2 ? range(low, high, false) : [low - 0.5, high + 0.5];
  };
  const end = (): number => session.steps.at(-1) ?? 1;
  const part = frame(bin, {
    title: text.loss,
    label: text.lossLabel,
    colors: ["--dlw-series-1"],
    key: () => `${end()} ${ends()} ${log()}`,
    data: () => [[0, end()], [null, null]],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [0, Math.max(1, end())] },
        y: { range: () => ends() },
      },
      axes: [
        axis(paint, 26, count, [...whole()]),
        axis(paint, 58, (value) => quantity(log() ? 10 ** value : value, 3)),
      ],
      series: [{}, {}],
    }),
    moving(plot, ctx, paint) {
      ctx.strokeStyle = paint["--dlw-series-1"]!;
      ctx.lineWidth = 1.4;
      ctx.lineJoin = "round";
      ctx.beginPath();
      session.losses.forEach((loss, i) => {
        const y = place(loss);
        if (!Number.isFinite(y)) return;
        ctx.lineTo(plot.valToPos(session.steps[i]!, "x"), plot.valToPos(y, "y"));
      });
      ctx.stroke();
    },
  });
  part.el.querySelector("h3")!.append(scale.el);
  return {
    el: part.el,
    update() {
      scale.update();
      part.update();
    },
  };
}

/** MAE and RMSE of the model beside those of the naive forecasts, and what they say. */
export function errors({ language, model, session, text }: Context): Part {
  const title = h("h3", {});
  const heads = [text.forecast, "MAE", "RMSE", text.ratio].map((name, i) =>
    h("th", { scope: "col", title: i === 3 ? text.ratioHint : undefined }, name)
  );
  const rows = NAMES.map((name) => {
    const cells = [0, 1, 2].map(() => h("td", {}));
    const head = h("th", { scope: "row", title: text.curveHints[name] });
    head.append(swatch(lookOf(name)), h("span", {}, text.curves[name]));
    return { cells, el: h("tr", { "data-forecast": name }, head, ...cells) };
  });
  const said = [0, 1].map((i) => h("p", { class: "dlw-fc-verdict", "data-verdict": String(i) }));
  const table = h(
    "table",
    { "aria-label": text.errorsTable },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows.map((row) => row.el)),
  );
  return {
    el: h("section", { class: "dlw-fc-errors" }, title, table, ...said),
    update() {
      const tests = session.truth.length - model.get("_row");
      say(title, text.errors(count(tests)));
      rows.forEach(({ cells }, i) => {
        const [mae, rmse] = [session.scores[2 * i]!, session.scores[2 * i + 1]!];
        const naive = session.scores[2 * (i + 1)] ?? NaN;
        const ratio = i % 2 === 0 ? mae / naive : NaN;
        [mae, rmse, ratio].forEach((value, k) => {
          const there = Number.isFinite(value);
          say(cells[k]!, there ? quantity(value, k === 2 ? 3 : 4) : i % 2 && k === 2 ? "" : "–");
          mark(cells[k]!, "title", there ? String(value) : undefined);
        });
      });
      const { done, ending, error } = model.get("_state");
      const trouble = ending === "diverged"
        ? text.diverged(count(done + 1))
        : ending === "failed"
        ? text.failed(error)
        : "";
      const silent = ending === "done" ? text.nothing : text.waiting;
      said.forEach((el, i) => {
        const words = model.get("_verdicts")[i]?.[language] ?? "";
        say(el, trouble && i === 0 ? trouble : words || (i === 0 ? silent : ""));
        mark(el, "data-better", trouble ? "no" : model.get("_better")[i] || undefined);
      });
    },
  };
}
