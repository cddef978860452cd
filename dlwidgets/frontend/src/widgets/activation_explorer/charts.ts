/** Values, slopes, and the gradient through a stack, as curves. */

import uPlot from "uplot";
import { axis, range } from "../../lib/axes.ts";
import { count, quantity } from "../../lib/format.ts";
import { type Chart, frame, type Paint } from "../../lib/frame.ts";
import { look } from "../../lib/palette.ts";
import { segments } from "../../lib/segments.ts";
import { type Activation, type Context, FLAT, INITS, type Part } from "./session.ts";

/** As many functions as can be shown at once. */
const MOST = 6;
const COLORS = Array.from({ length: MOST }, (_, i) => look(i).color);

/** The functions over x, where each is saturated, and the inputs behind them. */
export function values(context: Context): Part {
  const { model, session, text } = context;
  const notes = [text.strips];
  const inputs = session.inputs.reduce((a, b) => a + b, 0);
  if (inputs > 0) notes.push(text.histogram(count(inputs)));
  if (model.get("_outside") > 0) notes.push(text.outside(count(model.get("_outside"))));
  const chart = overX(context, text.values, text.valuesLabel, (one) => one.values, {
    drawClear: [(plot) => bars(plot, context)],
    draw: [(plot) => strips(plot, context)],
  });
  return frame(context.bin, { ...chart, note: notes.join(" · ") });
}

/** The derivatives over x. */
export function slopes(context: Context): Part {
  const { text } = context;
  return frame(
    context.bin,
    overX(context, text.slopes, text.slopesLabel, (one) => one.slopes, {
      drawClear: [flatBand],
    }),
  );
}

function overX(
  { session }: Context,
  title: string,
  label: string,
  curve: (one: Activation) => Float64Array,
  hooks: { drawClear?: ((plot: uPlot) => void)[]; draw?: ((plot: uPlot) => void)[] },
): Chart {
  const finite = (): number[] =>
    session.functions.flatMap((one) => [...curve(one)].filter(Number.isFinite));
  return {
    title,
    label,
    colors: COLORS,
    key: () => String(session.version),
    data: () => [
      [...session.x],
      ...session.functions.map((one) => [...curve(one)].map((y) => Number.isFinite(y) ? y : null)),
    ],
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [session.x[0]!, session.x.at(-1)!] },
        y: {
          range: () => {
            const all = finite();
            return range(least(all, Math.min), least(all, Math.max), false);
          },
        },
      },
      axes: [
        axis(paint, 26, (value) => quantity(value, 4)),
        axis(paint, 46, (value) => quantity(value, 4)),
      ],
      series: series(session.functions.length, paint),
      hooks,
    }),
    moving(plot, ctx, paint) {
      const place = session.place;
      const left = plot.valToPos(session.x[place]!, "x");
      ctx.strokeStyle = paint["--dlw-accent"]!;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(left, 0);
      ctx.lineTo(left, plot.over.clientHeight);
      ctx.stroke();
      session.functions.forEach((one, i) => {
        const y = curve(one)[place]!;
        if (!Number.isFinite(y)) return;
        ctx.fillStyle = paint[look(i).color]!;
        ctx.beginPath();
        ctx.arc(left, plot.valToPos(y, "y"), 4, 0, 2 * Math.PI);
        ctx.fill();
      });
    },
    drag: (x) => session.moveTo(x),
  };
}

/** The least or greatest of many numbers; spreading them would overflow the stack. */
function least(all: readonly number[], pick: (a: number, b: number) => number): number | null {
  return all.length ? all.reduce((a, b) => pick(a, b)) : null;
}

function series(n: number, paint: Paint): uPlot.Series[] {
  const lines = Array.from({ length: n }, (_, i): uPlot.Series => ({
    stroke: paint[look(i).color]!,
    dash: [...look(i).dash],
    width: 2,
    points: { show: false },
  }));
  return [{}, ...lines];
}

/** Where inputs lie, as bars from the bottom. */
function bars(plot: uPlot, { session }: Context): void {
  const { ctx, bbox } = plot;
  const { inputs, x } = session;
  const most = inputs.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return;
  const every = (x.length - 1) / inputs.length;
  ctx.save();
  ctx.fillStyle = getComputedStyle(plot.root).color;
  ctx.globalAlpha = 0.14;
  inputs.forEach((n, i) => {
    const [left, right] = [i, i + 1].map((k) => plot.valToPos(x[k * every]!, "x", true));
    const height = 0.5 * bbox.height * n / most;
    ctx.fillRect(left!, bbox.top + bbox.height - height, right! - left! - 1, height);
  });
  ctx.restore();
}

/** Under the curves, a strip for each function along which it is saturated. */
function strips(plot: uPlot, { session }: Context): void {
  const { ctx, bbox } = plot;
  const unit = uPlot.pxRatio;
  ctx.save();
  session.functions.forEach((one, i) => {
    const stroke = plot.series[i + 1]!.stroke;
    ctx.fillStyle = (typeof stroke === "function" ? stroke(plot, i + 1) : stroke) as string;
    const top = bbox.top + bbox.height - (i + 1) * 5 * unit;
    for (const [from, to] of flatRuns(one.slopes)) {
      const [left, right] = [from, to].map((k) => plot.valToPos(session.x[k]!, "x", true));
      ctx.fillRect(left!, top, right! - left!, 3 * unit);
    }
  });
  ctx.restore();
}

/** First and last place of each stretch along which slopes are at most `FLAT`. */
export function flatRuns(slopes: ArrayLike<number>): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < slopes.length; i++) {
    if (!(Math.abs(slopes[i]!) <= FLAT)) continue;
    const last = found.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found.filter(([from, to]) => to > from);
}

/** Between ±`FLAT` hardly anything of a gradient passes. */
function flatBand(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const [low, high] = [-FLAT, FLAT].map((y) => plot.valToPos(y, "y", true));
  ctx.save();
  ctx.fillStyle = getComputedStyle(plot.root).color;
  ctx.globalAlpha = 0.1;
  ctx.fillRect(bbox.left, high!, bbox.width, low! - high!);
  ctx.restore();
}

/** The gradient at each layer of a stack, with the choice of how its weights are drawn. */
export function flow(context: Context): Part {
  const { bin, model, session, text } = context;
  const chosen = (): number => INITS.indexOf(model.get("init"));
  // Logarithms, as uPlot's own logarithmic axis does not reach down to 1e-25.
  const flows = (): (readonly (number | null)[])[] =>
    session.functions.map((one) =>
      [...one.flows[chosen()]!].map((y) => y > 0 && Number.isFinite(y) ? Math.log10(y) : null)
    );
  const part = frame(bin, {
    title: text.flow,
    note: text.flowNote,
    label: text.flowLabel,
    colors: COLORS,
    key: () => `${session.version} ${model.get("init")}`,
    data: () => {
      const all = flows();
      return [(all[0] ?? []).map((_, i) => i + 1), ...all.map((ys) => [...ys])];
    },
    options: (paint) => ({
      scales: {
        x: { time: false, range: () => [1, session.functions[0]?.flows[0]?.length ?? 2] },
        y: {
          range: () => {
            const all = flows().flat().filter((y) => y !== null);
            return range(least([...all, -1], Math.min), least([...all, 1], Math.max), false);
          },
        },
      },
      axes: [
        { ...axis(paint, 26, String, [1, 2, 5, 10]), space: 40 },
        { ...axis(paint, 56, (value) => quantity(10 ** value, 3), [1, 2, 5, 10, 20]), space: 28 },
      ],
      series: series(session.functions.length, paint),
    }),
    moving: () => {},
  });
  const choices = segments(bin, {
    label: text.init,
    all: INITS,
    names: text.inits,
    hints: text.initHints,
    now: () => model.get("init"),
    choose: (init) => session.draw(init),
  });
  part.el.querySelector("h3")!.append(choices.el);
  return {
    el: part.el,
    update() {
      part.update();
      choices.update();
    },
  };
}
