/** The chosen unit through time: a line for each gate and state, and what they were before. */

import type uPlot from "uplot";
import { axis, range, steps } from "../../lib/axes.ts";
import { h, mark } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame } from "../../lib/frame.ts";
import { look, swatch } from "../../lib/palette.ts";
import { type Context, held, type Part } from "./session.ts";

export function course(context: Context): Part {
  const { bin, model, session, text } = context;
  const hidden = new Set<string>();
  const names = (): readonly string[] =>
    session.net.parts.filter((name) => name in session.course("now"));
  const shown = (): readonly string[] => names().filter((name) => !hidden.has(name));
  const colors = session.net.parts.map((_, i) => look(i).color);
  let version = 0;
  let known: unknown[] = [];
  const chart: Chart = {
    title: text.course,
    label: text.courseLabel,
    colors: [...colors, "--dlw-edge"],
    key: () => {
      const traits = ["_lines", "_lines_before", "_maps", "_words"] as const;
      const now = [...traits.map((name) => model.get(name)), session.looked];
      if (now.some((one, i) => one !== known[i])) version++;
      known = now;
      return `${version} ${shown().join()}`;
    },
    data: () => [
      Array.from(held(model.get("_columns"))),
      ...shown().map((name) => drawable(session.course("now")[name]!)),
    ],
    options: (paint) => ({
      scales: {
        x: { time: false, range: (_, low, high) => low < high ? [low, high] : [low - 1, low + 1] },
        y: { range: (_, low, high) => range(low, high, false) },
      },
      axes: [
        axis(paint, 26, (value) => tick(context, value), [...steps()]),
        axis(paint, 46, (value) => quantity(value, 3)),
      ],
      series: [{}, ...shown().map((name) => line(name, session.net.parts, paint))],
    }),
    moving(plot, ctx, paint) {
      before(context, shown(), plot, ctx, paint);
      const x = plot.valToPos(session.step, "x");
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, plot.over.clientHeight);
      ctx.stroke();
      points(context, shown(), plot, ctx, paint);
    },
    drag: (x) => session.player.scrub(Math.round(x)),
  };
  const made = frame(bin, chart);
  const [note, legend] = [h("small", {}), h("div", { class: "dlw-ls-legend" })];
  made.el.querySelector("h3")!.append(note, legend);
  const buttons = session.net.parts.map((name, i) => {
    const button = h("button", { type: "button", "aria-pressed": "true" });
    button.append(swatch(look(i)) as unknown as Node, h("span", {}, name));
    mark(button, "title", text.parts[name as keyof typeof text.parts]);
    bin.listen(button, "click", () => {
      if (!hidden.delete(name)) hidden.add(name);
      session.changed();
    });
    legend.append(button);
    return [name, button] as const;
  });
  return {
    el: made.el,
    update() {
      const changed = model.get("_changed") ? ` · ${text.dashed}` : "";
      note.textContent = `${text.courseNote(String(session.looked))}${changed}`;
      for (const [name, button] of buttons) {
        button.disabled = !names().includes(name);
        mark(button, "aria-pressed", String(shown().includes(name)));
      }
      made.update();
    },
  };
}

/** A step as number, and, where there is room for them, the word that stands there. */
function tick({ model }: Context, value: number): string {
  const words = model.get("_words");
  const at = held(model.get("_columns")).indexOf(value);
  const word = words.length <= 24 ? words[at] : undefined;
  return word ? (word.length > 9 ? `${word.slice(0, 8)}…` : word) : count(value);
}

function drawable(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => Number.isFinite(value) ? value : null);
}

function line(
  name: string,
  parts: readonly string[],
  paint: Readonly<Record<string, string>>,
): uPlot.Series {
  const { color, dash } = look(parts.indexOf(name));
  const state = name === "c" || name === "h";
  return {
    stroke: paint[color]!,
    width: state ? 2.6 : 1.5,
    dash: [...dash],
    points: { show: false },
  };
}

/** The lines as they were. */
function before(
  { model, session }: Context,
  names: readonly string[],
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Readonly<Record<string, string>>,
): void {
  const columns = held(model.get("_columns"));
  ctx.strokeStyle = paint["--dlw-edge"]!;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  const old = session.course("before");
  for (const name of names) {
    ctx.beginPath();
    Array.from(old[name] ?? []).forEach((value, i) => {
      if (Number.isFinite(value)) {
        ctx.lineTo(plot.valToPos(columns[i]!, "x"), plot.valToPos(value, "y"));
      }
    });
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** A point on each line at the cursor. */
function points(
  { model, session }: Context,
  names: readonly string[],
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Readonly<Record<string, string>>,
): void {
  const at = session.column(session.step);
  if (held(model.get("_columns"))[at] !== session.step) return;
  const now = session.course("now");
  for (const name of names) {
    const value = now[name]![at]!;
    if (!Number.isFinite(value)) continue;
    ctx.fillStyle = paint[look(session.net.parts.indexOf(name)).color]!;
    ctx.beginPath();
    ctx.arc(plot.valToPos(session.step, "x"), plot.valToPos(value, "y"), 3, 0, 2 * Math.PI);
    ctx.fill();
  }
}
