/** A picture drawn by hand, or picked by its number: what the model sees and makes of it. */

import { h, mark, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { pack } from "../../lib/wire.ts";
import { type Context, held, type Part, pixelsOf, type Traits } from "./session.ts";
import { one, paint, sheet } from "./tiles.ts";

/** Pixels along a side of the paper: finer than any picture, so that strokes come out smooth. */
const PAPER = 112;
const PEN = 9;

export function draw(context: Context): Part {
  const { model, text } = context;
  const [paper, found] = [sheetOfPaper(context), results(context)];
  return {
    el: h(
      "div",
      { class: "dlw-le-draw" },
      model.get("_drawable") ? paper.el : h("p", {}, text.notDrawable),
      found.el,
    ),
    update() {
      paper.update();
      found.update();
    },
  };
}

function sheetOfPaper({ bin, model, session, text }: Context): Part {
  const canvas = h("canvas", {
    ...{ class: "dlw-le-paper", width: PAPER, height: PAPER, role: "img" },
    "aria-label": text.paper,
  });
  const ctx = canvas.getContext("2d", { willReadFrequently: true })!;
  const hint = h("span", { class: "dlw-le-hint", "aria-hidden": "true" }, text.paper);
  const clear = h("button", { type: "button", class: "dlw-button" }, text.clear);
  const wipe = (): void => {
    ctx.clearRect(0, 0, PAPER, PAPER);
    hint.hidden = false;
  };
  let last: readonly [number, number] | null = null;
  const at = (event: PointerEvent): readonly [number, number] => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return [x * PAPER / box.width, y * PAPER / box.height];
  };
  const stroke = (event: PointerEvent): void => {
    const to = at(event);
    ctx.strokeStyle = "#fff";
    // A pen that says how hard it is pressed makes thicker strokes.
    const pressed = event.pointerType === "pen" && event.pressure > 0;
    ctx.lineWidth = PEN * (pressed ? 0.6 + 0.8 * event.pressure : 1);
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(...(last ?? to) as [number, number]);
    ctx.lineTo(...to as [number, number]);
    ctx.stroke();
    last = to;
  };
  const send = (final: boolean): void => {
    const { data } = ctx.getImageData(0, 0, PAPER, PAPER);
    const ink = Uint8Array.from({ length: PAPER * PAPER }, (_, i) => data[4 * i + 3]!);
    session.see({ ink: pack("uint8", ink, [PAPER, PAPER]) }, final);
  };
  bin.listen<PointerEvent>(canvas, "pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    hint.hidden = true;
    last = null;
    stroke(event);
    send(false);
  });
  bin.listen<PointerEvent>(canvas, "pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    // The browser gathers moves between two frames; all of them are part of the stroke.
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) stroke(one);
    send(false);
  });
  bin.listen<PointerEvent>(canvas, "pointerup", () => {
    if (last) send(true);
    last = null;
  });
  bin.listen(clear, "click", wipe);
  return {
    el: h("div", { class: "dlw-le-desk" }, h("div", {}, canvas, hint), clear),
    update() {
      mark(canvas, "data-seen", String(model.get("_seen").index));
    },
  };
}

function results(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const seen = (): Traits["_seen"] => model.get("_seen");
  const chosen = entry(bin, {
    label: text.orNumber,
    digits: 6,
    now: () => Math.max(0, seen().index),
    put: (index) => {
      session.see({ index });
      announcer.tell(text.seenSpoken(String(index)));
    },
  });
  const pictures = [0, 1].map(() => h("canvas", { class: "dlw-le-pixels", role: "img" }));
  const names = [text.seen, text.again];
  const frames = pictures.map((canvas, i) => {
    mark(canvas, "aria-label", names[i]!);
    return h("figure", {}, canvas, h("figcaption", {}, names[i]!));
  });
  const draws = sheet(bin, {
    label: text.draws,
    pixels: () => pixelsOf(seen().draws),
    columns: () => pixelsOf(seen().draws).shape[0] || 1,
    name: String,
  });
  const anew = h("button", { type: "button", class: "dlw-button" }, text.anew);
  bin.listen(anew, "click", () => {
    session.draw += 1;
    session.see({});
  });
  const take = h("button", { type: "button", class: "dlw-button", title: text.takeHint });
  take.append(text.take);
  bin.listen(take, "click", () => session.show(held(seen().mu).slice(), true));
  const [error, nothing] = [h("span"), h("p", {}, text.nothingSeen)];
  const number = h("label", { class: "dlw-le-number" }, text.orNumber, chosen.el);
  const noise = h("small");
  const rest = h(
    "div",
    { class: "dlw-le-seen" },
    ...frames,
    h("figure", { class: "dlw-le-draws" }, draws.el, h("figcaption", {}, text.draws, anew)),
  );
  let shown: unknown = null;
  return {
    el: h(
      "div",
      { class: "dlw-le-results" },
      h("div", { class: "dlw-le-tools" }, number, take, error),
      nothing,
      rest,
      noise,
    ),
    update() {
      chosen.update();
      const it = seen();
      const some = it.mu.shape[0]! > 0;
      nothing.hidden = some;
      rest.hidden = take.hidden = !some;
      anew.disabled = it.sigma.shape[0] === 0;
      say(noise, some ? it.sigma.shape[0] ? text.sigma : text.noNoise : "");
      say(error, some && it.error >= 0 ? text.squared(quantity(it.error, 3)) : "");
      if (!some || shown === it) return;
      shown = it;
      const pixels = pixelsOf(it.pictures);
      pictures.forEach((canvas, i) => paint(canvas, one(pixels, i), 1));
      draws.update();
    },
  };
}
