/** The stage: D's map, the mesh of noise, real and generated points, gradients; and drawing. */

import { INK } from "../../lib/axes.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import { type Context, type Part, REACH, type Session } from "./session.ts";
import { COLORS, draw, type Sight } from "./layers.ts";

/** How far points of the pen scatter, and how many it leaves at each place. */
const SPRAY = 0.035;
const DROPS = 3;

/** Pixels that the pen moves before it leaves more points. */
const APART = 4;

/** The length of the longest gradient that is in sight. */
export function longest(session: Session): number {
  const { gradients, pushed } = session.read;
  const all = pushed.length ? pushed : gradients;
  let most = 0;
  for (let i = 0; i < all.length; i += 2) most = Math.max(most, Math.hypot(all[i]!, all[i + 1]!));
  return most;
}

export function stage(context: Context): Part {
  const { bin, model, session, text } = context;
  const canvas = h("canvas");
  const looked = h("output", { class: "dlw-gp-looked" });
  const hint = h("p", { class: "dlw-gp-hint", "aria-hidden": "true" }, text.drawHere);
  const stand = h(
    "div",
    { class: "dlw-gp-stage", tabindex: 0, role: "application" },
    canvas,
    looked,
    hint,
  );
  let paint: Record<string, string> = {};
  let size = 0;
  const sight = (): Sight => ({
    size,
    x: (place) => (place + REACH) / (2 * REACH) * size,
    y: (place) => (REACH - place) / (2 * REACH) * size,
  });
  const show = (): void => {
    if (size < 40) return;
    const unit = devicePixelRatio;
    canvas.width = canvas.height = Math.round(size * unit);
    const ctx = canvas.getContext("2d")!;
    ctx.setTransform(unit, 0, 0, unit, 0, 0);
    draw(ctx, context, sight(), paint);
  };
  const colored = (): void => {
    paint = colors(stand, [...INK, ...COLORS]);
    show();
  };
  bin.resized(stand, (width, height) => {
    size = Math.floor(Math.min(width, height));
    colored();
  });
  onTheme(bin, colored);
  pointing(context, stand);
  keys(context, stand);
  return {
    el: stand,
    update() {
      show();
      const { drawing, read, stroke } = session;
      mark(stand, "data-drawing", drawing);
      mark(stand, "data-samples", String(read.samples.length / 2));
      mark(
        stand,
        "aria-label",
        drawing ? text.drawLabel : text.stageLabel(
          text.targets[model.get("_target").name] ?? "",
          quantity(session.now("distance"), 3),
        ),
      );
      hint.hidden = !drawing || !session.fresh || stroke.length > 0;
      const place = session.looked ?? (drawing ? session.cursor : null);
      looked.hidden = place === null;
      if (!place) return;
      const [x, y] = session.unit(...place as [number, number]).map((one) => quantity(one, 3));
      // The map is of another game than the one that is being drawn.
      const score = drawing ? "" : quantity(session.score(...place), 2);
      say(looked, text.looking(x!, y!, score));
    },
  };
}

/** The pen, and looking with the pointer. */
function pointing({ bin, session }: Context, stand: HTMLElement): void {
  let last: readonly [number, number] | null = null;
  const place = (event: PointerEvent): [number, number] => {
    const box = stand.getBoundingClientRect();
    const side = Math.min(stand.clientWidth, stand.clientHeight);
    const part = (one: number): number => 2 * REACH * one / side - REACH;
    return [
      part(event.clientX - box.left - stand.clientLeft),
      -part(event.clientY - box.top - stand.clientTop),
    ];
  };
  const spray = (event: PointerEvent): void => {
    if (last && Math.hypot(event.clientX - last[0], event.clientY - last[1]) < APART) return;
    last = [event.clientX, event.clientY];
    const [x, y] = place(event);
    const off = (): number => SPRAY * (Math.random() + Math.random() - 1);
    session.put(Array.from({ length: DROPS }, () => [x + off(), y + off()]).flat());
  };
  bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
    if (event.button !== 0 || !session.drawing) return;
    event.preventDefault();
    stand.focus();
    stand.setPointerCapture(event.pointerId);
    last = null;
    spray(event);
  });
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    session.looked = place(event);
    if (session.drawing && stand.hasPointerCapture(event.pointerId)) {
      // The browser gathers moves between two frames; all of them are part of the stroke.
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event]) spray(one);
    }
    session.painter.changed();
  });
  bin.listen(stand, "pointerup", () => {
    if (last) session.finish();
    last = null;
  });
  // A stroke that is broken off counts as far as it went.
  bin.listen(stand, "pointercancel", () => {
    if (last) session.finish();
    last = null;
  });
  bin.listen(stand, "pointerleave", () => {
    session.looked = null;
    session.painter.changed();
  });
}

/** The cursor of the keyboard: it looks, and while drawing it puts points. */
function keys({ announcer, bin, session, text }: Context, stand: HTMLElement): void {
  const ways: Readonly<Record<string, readonly [number, number]>> = {
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const told = (): void => {
    const [x, y] = session.unit(...session.cursor as [number, number]);
    const score = session.drawing ? "" : quantity(session.score(...session.cursor), 2);
    announcer.tell(text.looking(quantity(x, 3), quantity(y, 3), score));
  };
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const way = ways[event.key];
    if (way) {
      const by = event.shiftKey ? 0.01 : 0.05;
      const [x, y] = session.cursor.map((one, i) =>
        Number(Math.max(-REACH, Math.min(REACH, one + by * way[i]!)).toFixed(3))
      );
      session.cursor = [x!, y!];
      session.looked = session.cursor;
      session.painter.changed();
      told();
    } else if (session.drawing && (event.key === " " || event.key === "Enter")) {
      session.put(session.cursor);
      session.finish();
    } else if (session.drawing && event.key === "Escape") session.draw(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  bin.listen(stand, "blur", () => {
    session.looked = null;
    session.painter.changed();
  });
}
