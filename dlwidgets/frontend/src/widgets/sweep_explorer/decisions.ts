/** Two inputs: the class that the chosen model gives to each place, and the samples. */

import { h, mark, say } from "../../lib/dom.ts";
import { look, outline } from "../../lib/palette.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

/** The class of places for which a diverged model gives no number. */
const NOWHERE = 255;

export function decisions({ bin, model, session, text }: Context): Part {
  const picture = model.get("_picture");
  const [, side] = picture.values.shape as [number, number, number];
  const [values, points, labels] = [picture.values, picture.points, picture.labels].map((array) =>
    unpack<"float32" | "uint8">(array)
  ) as [Uint8Array, Float32Array, Uint8Array];
  const [left, right, bottom, top] = unpack(picture.reach) as unknown as number[];
  const most = labels.reduce((a, b) => Math.max(a, b), 0);
  const looks = Array.from({ length: most + 1 }, (_, i) => look(i));
  const canvas = h("canvas", { role: "img", "aria-label": text.decisionsLabel });
  const empty = h("p", { hidden: true });
  const stand = h("div", { class: "dlw-sw-plane" }, canvas, empty);
  let size = 0;
  let paint: Record<string, string> = {};

  const draw = (): void => {
    const ctx = canvas.getContext("2d")!;
    const unit = devicePixelRatio;
    canvas.width = canvas.height = Math.round(size * unit);
    if (size < 40) return;
    ctx.scale(size * unit, size * unit);
    const cell = 1 / side;
    const first = session.run * side * side;
    ctx.globalAlpha = 0.3;
    let numbers = 0;
    for (let i = 0; i < side * side; i++) {
      const found = values[first + i]!;
      if (found === NOWHERE) continue;
      numbers++;
      ctx.fillStyle = paint[(looks[found] ?? look(found)).color] ?? "transparent";
      const row = side - 1 - Math.floor(i / side);
      ctx.fillRect((i % side) * cell, row * cell, cell * 1.02, cell * 1.02);
    }
    ctx.setTransform(unit, 0, 0, unit, 0, 0);
    ctx.globalAlpha = 0.9;
    labels.forEach((label, i) => {
      const x = size * (points[2 * i]! - left!) / (right! - left!);
      const y = size * (top! - points[2 * i + 1]!) / (top! - bottom!);
      const { color, marker } = looks[label]!;
      ctx.fillStyle = paint[color]!;
      ctx.strokeStyle = paint["--dlw-surface"]!;
      ctx.beginPath();
      for (const [a, b] of outline(marker, x, y, 3)) ctx.lineTo(a, b);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
    });
    empty.hidden = numbers > 0;
    say(empty, text.nothing);
    mark(canvas, "data-numbers", String(numbers));
  };
  const colored = (): void => {
    paint = colors(stand, ["--dlw-surface", ...new Set(looks.map((one) => one.color))]);
    draw();
  };
  bin.resized(stand, (width, height) => {
    size = Math.floor(Math.min(width, height));
    colored();
  });
  onTheme(bin, colored);
  return {
    el: h("section", { class: "dlw-chart" }, h("h3", {}, text.decisions), stand),
    update: draw,
  };
}
