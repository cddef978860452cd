/** What each training has learned: the samples and its curve, or its map; and its numbers. */

import { decisions } from "../../lib/decisions.ts";
import { h, mark, say, svg } from "../../lib/dom.ts";
import { fit, type Fitted } from "../../lib/fit.ts";
import { count, quantity } from "../../lib/format.ts";
import { look } from "../../lib/palette.ts";
import { unpack, type WireArray } from "../../lib/wire.ts";
import { B, type Context, FAR, type Lane, LOSS, type Part, W } from "./session.ts";

/** Places along the curve of a quadratic. */
const ALONG = 81;

/** The widths of curves that may lie on each other: all stay to be seen. */
export function widthOf(lane: number, lanes: number): number {
  return 2 + 2.4 * (lanes - 1 - lane);
}

export function panels(context: Context): Part {
  const { model, session } = context;
  const kind = model.get("_picture").kind;
  const parts = session.lanes.map((lane, i) =>
    model.get("_kind") === "model" ? own(context, kind) : lane.here ? engine(context, i) : absent(
      context,
      lane,
    )
  );
  return {
    el: h(
      "div",
      { class: "dlw-re-panels", "data-count": parts.length },
      ...parts.map((part) => part.el),
    ),
    update() {
      for (const part of parts) part.update();
    },
  };
}

function title({ text }: Context, name: string, index: number): HTMLElement {
  const square = svg("svg", {
    class: "dlw-re-swatch",
    viewBox: "0 0 10 10",
    "aria-hidden": "true",
  });
  square.append(
    svg("rect", { width: 10, height: 10, rx: 2, fill: `var(${look(index).color})` }),
  );
  return h("h3", {}, square as unknown as Node, text.names[name] ?? name);
}

function engine(context: Context, index: number): Part {
  const { bin, model, session, text } = context;
  const lane = (): Lane => session.lanes[index]!;
  const chart = fit(bin, {
    title: "",
    label: text.fitLabel(text.names[lane().name]!),
    colors: [look(index).color, "--dlw-edge"],
    reach: () => ends(context),
    points: () => unpack(model.get("_picture").points),
    curves: () => [
      { ys: along(context, 3, 2), color: "--dlw-edge", dash: [5, 4], width: 1.5 },
      ...fits(context, index),
    ],
    // A curve that swings out of the picture is seen swinging.
    heights: () => out(context, index) ? [-20, 20] : null,
    key: () =>
      `${model.get("points")} ${model.get("noise")} ${model.get("seed")} ${out(context, index)}`,
  });
  const [w, b] = [h("b", { "data-number": "w" }), h("b", { "data-number": "b" })];
  const numbers = h("p", { class: "dlw-re-numbers" }, "w ", w, " b ", b);
  const [state, pace] = [h("span"), h("span", { title: text.paceHint })];
  const el = h("section", { class: "dlw-re-panel", "data-lane": lane().name });
  const foot = h("div", { class: "dlw-re-pace" }, state, pace);
  el.append(title(context, lane().name, index), numbers, chart.el, foot);
  return {
    el,
    update() {
      chart.update();
      for (const [place, which] of [[w, W], [b, B]] as const) {
        const value = session.now(index, which);
        say(place, quantity(value, 5));
        mark(place, "title", quantity(value, 12));
      }
      say(state, reached(context, lane()));
      const { name, pace: ratio } = lane();
      say(pace, ratio > 0 && name !== "numpy" ? text.pace(quantity(ratio, 2)) : "");
    },
  };
}

/** How far a training is. */
function reached({ session, text }: Context, lane: Lane): string {
  return lane.ending === "diverged" && session.place === null
    ? text.diverged(count(lane.done + 1))
    : text.step(count(session.step(lane)));
}

/** Whether the curve of an engine has left the picture. */
function out({ session }: Context, index: number): boolean {
  return [W, B].some((which) => Math.abs(session.now(index, which)) > FAR);
}

/** The curve of an engine; of one that has left the picture, thin, how it left. */
function fits(context: Context, index: number): Fitted[] {
  const { session } = context;
  const color = look(index).color;
  if (!out(context, index)) {
    return [{ ys: along(context, session.now(index, W), session.now(index, B)), color }];
  }
  const [ws, bs] = [session.row(index, W), session.row(index, B)];
  const first = Array.from({ length: 4 }, (_, i) => [ws[i] ?? NaN, bs[i] ?? NaN] as const);
  return [[session.start[0]!, session.start[1]!] as const, ...first]
    .map(([w, b]) => ({ ys: along(context, w, b), color, width: 1 }));
}

function ends({ model }: Context): [number, number] {
  const reach = unpack(model.get("_picture").reach);
  return [reach[0] ?? -1, reach[1] ?? 1];
}

/** w x² + b along the axis. */
function along(context: Context, w: number, b: number): Float64Array {
  const [low, high] = ends(context);
  return Float64Array.from(
    { length: ALONG },
    (_, i) => w * (low + (high - low) * i / (ALONG - 1)) ** 2 + b,
  );
}

/** An engine that is not installed says how it would be. */
function absent(context: Context, lane: Lane): Part {
  const { text } = context;
  const el = h("section", { class: "dlw-re-panel dlw-re-absent", "data-lane": lane.name });
  const line = h("code", {}, "pip install 'dlwidgets", h("wbr"), `[${lane.name}]'`);
  const box = h("div", {}, h("p", {}, text.absent(text.names[lane.name]!)), line);
  el.append(title(context, lane.name, 3), box);
  return { el, update: () => {} };
}

/** One's own model: a fit, a map of decisions, or only its numbers. */
function own(context: Context, kind: "fit" | "map" | "none"): Part {
  const { bin, model, session, text } = context;
  const picture = (): ReturnType<typeof model.get<"_picture">> => model.get("_picture");
  const curves = (): Fitted[] => [{
    ys: unpack(picture().values as WireArray<"float32">),
    color: look(0).color,
  }];
  const chart = kind === "fit"
    ? fit(bin, {
      title: "",
      label: text.ownLabel,
      colors: [look(0).color],
      reach: () => ends(context),
      points: () => unpack(picture().points),
      curves,
      key: () => "",
    })
    : kind === "map"
    ? decisions(bin, {
      title: "",
      label: text.mapLabel,
      nothing: text.nothing,
      reach: () => unpack(picture().reach),
      classes: () => unpack(picture().values as WireArray<"uint8">),
      points: () => unpack(picture().points),
      labels: () => unpack(picture().labels),
    })
    : null;
  const loss = h("b", { "data-number": "loss" });
  const state = h("div", { class: "dlw-re-pace" });
  const el = h("section", { class: "dlw-re-panel", "data-lane": "model" });
  el.append(
    h("h3", {}, text.pictures[kind]),
    h("p", { class: "dlw-re-numbers" }, `${text.loss} `, loss),
    ...(chart ? [chart.el] : []),
    state,
  );
  return {
    el,
    update() {
      // What a failed model makes of its inputs is not known.
      if (picture().kind !== "none") chart?.update();
      say(loss, quantity(session.now(0, LOSS), 5));
      say(state, reached(context, session.lanes[0]!));
    },
  };
}
