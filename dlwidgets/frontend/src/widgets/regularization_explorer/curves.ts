/** The losses of all arms over the epochs: on the training samples, and on those kept aside. */

import type uPlot from "uplot";
import { FAMILY } from "../../lib/axes.ts";
import { outline } from "../../lib/palette.ts";
import type { Paint } from "../../lib/frame.ts";
import { calm, ends, lines } from "./chart.ts";
import { type Context, type Part, TEST, TRAIN } from "./session.ts";

export function curves(context: Context): Part[] {
  const { model, session, text } = context;
  const log = (): boolean => model.get("log_scale");
  const epochs = Array.from({ length: model.get("_epochs") + 1 }, (_, i) => i);
  const note = text.spread(model.get("_seeds").length);
  // Both charts share one scale: how far they part is what overfitting is.
  const reach = (): [number, number] => {
    const spreads = session.shown.map((arm) => arm.losses.flat());
    const [low, high] = ends(
      spreads.flat().flatMap((one) => [...one.low, ...one.high]).filter((y) => !log() || y > 0),
    );
    if (log()) return [low ?? NaN, high ?? NaN];
    const most = spreads.map((all) => ends(all.flatMap((one) => [...one.high]))[1] ?? NaN);
    return [Math.min(0, low ?? 0), calm(most)];
  };
  const one = (part: 0 | 1): Part =>
    lines(context, {
      title: part === TRAIN ? text.trainLoss : text.testLoss,
      label: part === TRAIN ? text.trainLabel : text.testLabel,
      note: part === TRAIN ? note : text.markers,
      log,
      reach,
      x: () => epochs,
      of: (arm) => arm.losses[part]![session.mode]!,
      key: () => String(session.mode),
      drag: (x) => session.goTo(x),
      moving(plot, ctx, paint) {
        cursor(plot, ctx, paint, model.get("epoch"));
        if (part === TEST) other(plot, ctx, paint, context);
      },
    });
  return [one(TRAIN), one(TEST)];
}

/** The chosen epoch. */
function cursor(plot: uPlot, ctx: CanvasRenderingContext2D, paint: Paint, epoch: number): void {
  const x = plot.valToPos(epoch, "x");
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, plot.over.clientHeight);
  ctx.stroke();
}

/** Of the chosen arm: the same loss in the other mode, and where stopping would have paid. */
function other(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  { model, session, text }: Context,
): void {
  const { arm, mode } = session;
  if (!session.shown.includes(arm)) return;
  const log = model.get("log_scale");
  const color = paint[arm.look.color]!;
  const here = arm.losses[TEST]![mode]!.mean;
  const there = arm.losses[TEST]![1 - mode]!.mean;
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.font = `600 11px ${FAMILY}`;
  const at = (i: number, y: number): [number, number] => [
    plot.valToPos(i, "x"),
    plot.valToPos(y, "y"),
  ];
  if (there.some((y, i) => y !== here[i])) {
    ctx.lineWidth = 1.4;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    let last = 0;
    there.forEach((y, i) => {
      if (!Number.isFinite(y) || (log && y <= 0)) return;
      ctx.lineTo(...at(i, y));
      last = i;
    });
    ctx.stroke();
    ctx.setLineDash([]);
    const [x, y] = at(last, there[last]!);
    ctx.textAlign = "right";
    name(ctx, paint, mode ? text.evalMode : text.trainMode, x - 3, Math.max(11, y - 5));
  }
  const best = arm.best;
  const y = arm.losses[TEST]![0]!.mean[best];
  if (mode || y === undefined || !Number.isFinite(y) || (log && y <= 0)) return;
  const [left, top] = at(best, y);
  ctx.fillStyle = color;
  ctx.strokeStyle = paint["--dlw-surface"]!;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const [a, b] of outline("diamond", left, top, 4.5)) ctx.lineTo(a, b);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
  ctx.textAlign = left > plot.over.clientWidth / 2 ? "right" : "left";
  name(ctx, paint, text.bestAt(best), left + (ctx.textAlign === "left" ? 1 : -1) * 6, top + 17);
}

/** A text that can be read on top of curves. */
function name(
  ctx: CanvasRenderingContext2D,
  paint: Paint,
  text: string,
  x: number,
  y: number,
): void {
  ctx.strokeStyle = paint["--dlw-surface"]!;
  ctx.lineWidth = 4;
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
}
