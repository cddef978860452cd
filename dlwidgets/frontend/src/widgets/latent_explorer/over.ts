/** What moves on the plane: the code, the way from a to b, and the ellipse of a picture. */

import { FAMILY } from "../../lib/axes.ts";
import { ellipse, place } from "./arithmetic.ts";
import { type Sight, spread } from "./plane.ts";
import { type Context, held } from "./session.ts";

type Paint = Readonly<Record<string, string>>;

export function over(canvas: HTMLCanvasElement, context: Context, view: Sight, paint: Paint): void {
  const { session } = context;
  const [width, height] = view.size;
  const unit = devicePixelRatio;
  if (canvas.width !== width * unit) canvas.width = width * unit;
  if (canvas.height !== height * unit) canvas.height = height * unit;
  const ctx = canvas.getContext("2d")!;
  ctx.setTransform(unit, 0, 0, unit, 0, 0);
  ctx.clearRect(0, 0, width, height);
  if (session.tab === "between") way(ctx, context, view, paint);
  if (session.tab === "draw") spreadOf(ctx, context, view, paint);
  here(ctx, context, view, paint);
}

/** The code: a cross in a ring, held at the edge where it lies beyond. */
function here(
  ctx: CanvasRenderingContext2D,
  { session }: Context,
  view: Sight,
  paint: Paint,
): void {
  const [x, y] = session.place;
  const [width, height] = view.size;
  const [left, top] = [
    Math.max(6, Math.min(width - 6, view.x(x))),
    Math.max(6, Math.min(height - 6, view.y(y))),
  ];
  ctx.beginPath();
  ctx.arc(left, top, 7, 0, 2 * Math.PI);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    ctx.moveTo(left + 4 * dx, top + 4 * dy);
    ctx.lineTo(left + 11 * dx, top + 11 * dy);
  }
  for (const [color, wide] of [["--dlw-surface", 5], ["--dlw-ink", 2]] as const) {
    ctx.strokeStyle = paint[color]!;
    ctx.lineWidth = wide;
    ctx.stroke();
  }
}

function way(ctx: CanvasRenderingContext2D, context: Context, view: Sight, paint: Paint): void {
  const { model, text } = context;
  const track = held(model.get("_track"));
  ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 2;
  ctx.setLineDash([6, 3]);
  ctx.beginPath();
  for (let i = 0; i < track.length; i += 2) ctx.lineTo(view.x(track[i]!), view.y(track[i + 1]!));
  ctx.stroke();
  ctx.setLineDash([]);
  const places = spread(context);
  ctx.font = `600 12px ${FAMILY}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  model.get("picks").forEach((index, slot) => {
    const [x, y] = [view.x(places[2 * index]!), view.y(places[2 * index + 1]!)];
    if (!Number.isFinite(x + y)) return;
    ctx.beginPath();
    ctx.arc(x, y, 9, 0, 2 * Math.PI);
    ctx.fillStyle = paint["--dlw-surface"]!;
    ctx.fill();
    ctx.lineWidth = 1.5;
    ctx.stroke();
    ctx.fillStyle = paint["--dlw-ink"]!;
    ctx.fillText(text.slots[slot]!, x, y);
  });
}

/** One and two standard deviations around the mean, and the draws. */
function spreadOf(
  ctx: CanvasRenderingContext2D,
  context: Context,
  view: Sight,
  paint: Paint,
): void {
  const { model, session } = context;
  const seen = model.get("_seen");
  const [mu, sigma, draws] = [held(seen.mu), held(seen.sigma), held(seen.places)];
  if (!mu.length) return;
  const [x, y] = place(mu, session.axes).map((one, i) => i ? view.y(one) : view.x(one)) as [
    number,
    number,
  ];
  ctx.fillStyle = ctx.strokeStyle = paint["--dlw-accent"]!;
  ctx.lineWidth = 1.5;
  if (sigma.length) {
    const { angle, long, short } = ellipse(sigma, session.axes);
    for (const many of [1, 2]) {
      ctx.setLineDash(many === 1 ? [] : [4, 3]);
      ctx.save();
      ctx.translate(x, y);
      // Places grow upwards, pixels downwards; and the axes need not have one scale.
      ctx.scale(view.scale[0], -view.scale[1]);
      ctx.beginPath();
      ctx.ellipse(0, 0, many * long, many * short, angle, 0, 2 * Math.PI);
      ctx.restore();
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }
  for (let i = 0; i < draws.length; i += 2) {
    ctx.beginPath();
    ctx.arc(view.x(draws[i]!), view.y(draws[i + 1]!), 2.5, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.beginPath();
  ctx.arc(x, y, 4, 0, 2 * Math.PI);
  ctx.fill();
}
