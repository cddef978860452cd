/** The chart with its settings and its readout. */

import { LineChart, type Mark, type Picture } from "../../lib/chart.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { look } from "../../lib/palette.ts";
import { curve, places, stepsOf } from "../../lib/series.ts";
import type { Context, Part } from "./part.ts";
import type { RunEvent } from "./session.ts";

/** The left column: settings above, the chart, the readout below. */
export function plot(context: Context): Part {
  const { bin, model, session, text } = context;
  const settings = toolbar(context);
  const canvas = h("div", {
    class: "dlw-tm-canvas",
    tabindex: 0,
    role: "img",
    "aria-label": `${text.chart}. ${text.chartKeys}`,
  });
  const empty = h("p", { class: "dlw-tm-empty" });
  const readout = h("div", { class: "dlw-tm-readout" });
  let bucket: number | null = null;
  const tell = (): void => {
    const idle = bucket === null || bucket >= session.length;
    say(readout, idle ? text.hover : describe(context, bucket!));
    mark(readout, "data-idle", idle);
  };
  const onPoint = (index: number | null): void => {
    bucket = index === null ? null : Math.floor(index / perBucket(context));
    tell();
  };
  const chart = new LineChart(canvas, bin, { xLabel: text.steps, onPoint });
  readKeys(context, canvas, (by) => {
    const far = Math.max(1, Math.round(session.length / 100));
    const next = bucket === null ? session.length - 1 : bucket + by * far;
    chart.point(perBucket(context) * Math.min(session.length - 1, Math.max(0, next)));
    context.announcer.tell(readout.textContent);
  });
  const well = h("div", { class: "dlw-tm-well" }, canvas, empty);
  return {
    el: h("section", { class: "dlw-tm-plot" }, settings.el, well, readout),
    update() {
      settings.update();
      chart.draw(picture(context));
      empty.hidden = session.length > 0;
      say(empty, model.get("_controls") === "none" ? text.nothing : text.waiting);
      tell();
    },
  };
}

/** How many points of the chart a bucket has. */
function perBucket({ session }: Context): number {
  return session.width === 1 ? 1 : 2;
}

function picture(context: Context): Picture {
  const { hidden, model, session } = context;
  const [smoothing, log] = [model.get("smoothing"), model.get("log_scale")];
  const lines = [...session.points.keys()].map((name, index) => ({
    name,
    look: look(index),
    curve: curve(session.buckets(name), smoothing, log),
    shown: !hidden.has(name),
  }));
  return {
    x: places(session.width, session.length),
    end: Math.max(session.status.steps, (session.length - 1) * session.width + 1),
    lines,
    marks: model.get("_events").map((event) => asMark(context, event)),
    log,
    smooth: smoothing > 0,
  };
}

/** Shift with an arrow key walks along the curve; the plain arrow is a shortcut of the monitor. */
function readKeys({ bin }: Context, canvas: HTMLElement, move: (by: 1 | -1) => void): void {
  bin.listen<KeyboardEvent>(canvas, "keydown", (event) => {
    if (!event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.key === "ArrowRight" ? 1 : -1);
  });
}

function toolbar({ bin, model, session, text }: Context): Part {
  const choose = (log: boolean): HTMLButtonElement => {
    const button = h("button", { type: "button" }, log ? text.log : text.linear);
    bin.listen(button, "click", () => session.put("log_scale", log, true));
    return button;
  };
  const [linear, log] = [choose(false), choose(true)];
  const range = h("input", {
    type: "range",
    min: 0,
    max: 0.99,
    step: 0.01,
    class: "dlw-range",
    "aria-label": text.smoothing,
  });
  const value = h("span", { class: "dlw-tm-small" });
  bin.listen(range, "input", () => session.put("smoothing", Number(range.value), false));
  bin.listen(range, "change", () => session.put("smoothing", Number(range.value), true));
  const scale = h(
    "div",
    { class: "dlw-segments", role: "group", "aria-label": text.scale },
    linear,
    log,
  );
  const label = h("label", { class: "dlw-tm-smooth" }, h("span", {}, text.smoothing), range, value);
  return {
    el: h("div", { class: "dlw-tm-toolbar" }, scale, label),
    update() {
      mark(linear, "aria-pressed", String(!model.get("log_scale")));
      mark(log, "aria-pressed", String(model.get("log_scale")));
      const smoothing = model.get("smoothing");
      if (range.value !== String(smoothing)) range.value = String(smoothing);
      say(value, smoothing.toFixed(2));
    },
  };
}

/** What a bucket holds: exact where it is one step, from least to greatest where it is several. */
function describe(context: Context, bucket: number): string {
  const { hidden, model, session, text } = context;
  const { width, status } = session;
  const [first, last] = stepsOf(bucket, width, status.steps);
  const parts = [text.at(count(first), count(last))];
  for (const [name, points] of session.points) {
    const [a, b] = [points[2 * bucket]!, points[2 * bucket + 1]!];
    if (hidden.has(name) || !Number.isFinite(a)) continue;
    const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => quantity(value));
    const shown = a === b ? quantity(a, 6) : low === high ? low : `${low}–${high}`;
    parts.push(`${name} ${shown}${smoothedAt(context, name, bucket)}`);
  }
  for (const event of model.get("_events")) {
    if (event.step >= first - 1 && event.step < last) parts.push(eventText(context, event));
  }
  return parts.filter(Boolean).join(" · ");
}

function smoothedAt(context: Context, name: string, bucket: number): string {
  const { model, session, text } = context;
  const smoothing = model.get("smoothing");
  if (smoothing === 0) return "";
  const { smooth, sparse } = curve(session.buckets(name), smoothing, false);
  const level = sparse ? null : smooth[perBucket(context) * bucket];
  return level === null || level === undefined ? "" : ` ${text.smoothed(quantity(level))}`;
}

function asMark(context: Context, event: RunEvent): Mark {
  const bad = ["diverged", "failed", "interrupt"].includes(event.kind);
  const tone = bad ? "bad" : event.kind === "code" ? "code" : "hand";
  // What is done after step 12 shows from step 13 on.
  return { x: event.step + 1, text: eventText(context, event), tone };
}

function eventText({ text }: Context, { kind, name, old, new: now }: RunEvent): string {
  if (kind !== "set" && kind !== "code") return text.events[kind];
  return `${name} ${quantity(old)} → ${quantity(now)}`;
}
