/** Heat maps of all gates and states: steps across, units down. */

import { paint, type Palette, palette } from "../../lib/diverging.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { segments } from "../../lib/segments.ts";
import { onTheme } from "../../lib/theme.ts";
import type { WireArray } from "../../lib/wire.ts";
import { type Context, held, type Part } from "./session.ts";

/** Parts whose values lie between −1 and 1, whatever the net. */
const BOUNDED = new Set(["i", "f", "g", "o", "r", "z", "n"]);

export function maps(context: Context): Part {
  const { bin, model, session, text } = context;
  const list = h("div", { class: "dlw-ls-grid" });
  const readout = h("output", { class: "dlw-ls-readout" }, text.readHint);
  const thin = h("small", {});
  const shown = segments(bin, {
    label: text.shown,
    all: ["values", "change"] as const,
    names: text.shownNames,
    now: () => session.shown,
    choose: (one) => session.show(one),
    disabled: () => !model.get("_changed"),
  });
  const window = segments(bin, {
    label: text.window,
    all: ["all", "near"] as const,
    names: text.windows,
    now: () => model.get("window"),
    choose: (one) => session.tell("look", { window: one }),
  });
  let parts: Part[] = [];
  let known = "";
  const repaint = { key: 0 };
  const again = (): void => {
    repaint.key++;
    for (const part of parts) part.update();
  };
  onTheme(bin, again);
  // Colours are known only on the page.
  bin.resized(list, again);
  return {
    el: h(
      "section",
      { class: "dlw-ls-maps" },
      h("h3", {}, text.maps, shown.el, window.el, thin),
      list,
    ),
    update() {
      const { net } = session;
      const key = net.parts.join();
      if (key !== known) {
        parts = ["x", ...net.parts].map((name) => map(context, name, readout, repaint));
        list.replaceChildren(...parts.map((part) => part.el), readout);
      }
      known = key;
      window.el.hidden = net.steps <= 200;
      const [columns, rows] = [held(model.get("_columns")), held(model.get("_rows"))];
      const [across, down] = [columns[1]! - columns[0]!, rows[1]! - rows[0]!];
      say(thin, text.thinned(across > 1 ? String(across) : "", down > 1 ? String(down) : ""));
      shown.update();
      window.update();
      for (const part of parts) part.update();
    },
  };
}

type Values = WireArray<"float32">;

interface Picture {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

function map(context: Context, name: string, readout: Element, repaint: { key: number }): Part {
  const { announcer, bin, model, session, text } = context;
  const canvas = h("canvas", {});
  const line = h("i", { class: "dlw-ls-now" });
  const box = h("i", { class: "dlw-ls-cursor" });
  const kind = text.parts[name as keyof typeof text.parts];
  const stand = h(
    "div",
    {
      class: "dlw-ls-map",
      tabindex: 0,
      role: "group",
      "aria-label": name === "x" ? text.inputMapLabel : text.mapLabel(name, kind),
    },
    canvas,
    line,
    box,
  );
  const reach = h("small", {});
  const caption = h("figcaption", {}, h("b", {}, name), h("span", {}, kind), reach);
  const el = h("figure", { "data-part": name }, caption, stand);
  let drawn: Picture = { values: new Float32Array(), rows: 0, columns: 0, scale: 1 };
  let key: unknown[] = [];
  let look: Palette | null = null;
  const units = (): Int32Array => held(model.get(name === "x" ? "_features" : "_rows"));

  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const part = (at: number, size: number, many: number): number =>
      Math.max(0, Math.min(many - 1, Math.floor(many * at / size)));
    return [
      part(event.clientY - box.top, box.height, drawn.rows),
      part(event.clientX - box.left, box.width, drawn.columns),
    ];
  };
  const tell = (row: number, column: number): string => {
    const value = quantity(drawn.values[row * drawn.columns + column], 5);
    const step = String(held(model.get("_columns"))[column]);
    const sign = session.shown === "change" ? "Δ" : "";
    return text.read(`${sign}${name}`, String(units()[row]), step, value);
  };
  const choose = (row: number, column: number): void => {
    const step = held(model.get("_columns"))[column]!;
    session.player.pause();
    session.go(step, name === "x" ? session.unit : units()[row]!);
  };
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    if (!drawn.rows) return;
    const at = place(event);
    say(readout, tell(...at));
    if (name !== "x") session.pass(units()[at[0]]!);
    if (event.buttons === 1) choose(...at);
  });
  bin.listen(stand, "pointerleave", () => {
    say(readout, text.readHint);
    session.pass(null);
  });
  bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
    if (event.button !== 0 || !drawn.rows) return;
    stand.setPointerCapture(event.pointerId);
    choose(...place(event));
  });
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (turn !== undefined && name !== "x") {
      session.go(session.step, session.unit + turn);
      event.preventDefault();
    } else if (!session.player.key(event)) return;
    const row = nearest(units(), session.unit);
    announcer.tell(tell(name === "x" ? 0 : row, session.column(session.step)));
  });
  return {
    el,
    update() {
      const now = model.get("_maps")[name];
      const before = model.get("_maps_before")[name];
      const next = [now, before, session.shown, repaint.key];
      if (now && next.some((one, i) => one !== key[i])) {
        look = look && key[3] === repaint.key ? look : palette(stand);
        drawn = picture(name, now, session.shown === "change" ? before : undefined);
        paint(canvas, drawn.values, [drawn.rows, drawn.columns], drawn.scale, look);
        say(reach, text.scale(quantity(drawn.scale, 2)));
        key = next;
      }
      const [row, column] = [nearest(units(), session.unit), session.column(session.step)];
      line.style.left = `${100 * column / drawn.columns}%`;
      line.style.width = `${100 / drawn.columns}%`;
      box.hidden = name === "x" || row >= drawn.rows;
      box.style.top = `${100 * row / drawn.rows}%`;
      box.style.height = `${100 / drawn.rows}%`;
      mark(stand, "data-step", String(session.step));
    },
  };
}

/** Values, or their change, and the value that is drawn in full colour. */
function picture(name: string, now: Values, before: Values | undefined): Picture {
  const [rows, columns] = now.shape as [number, number];
  const values = Float32Array.from(held(now));
  if (before) held(before).forEach((old, i) => values[i] = same(values[i]!, old));
  let most = 0;
  for (const value of values) {
    if (Number.isFinite(value) && Math.abs(value) > most) most = Math.abs(value);
  }
  const fixed = BOUNDED.has(name) && !before;
  return { values, rows, columns, scale: fixed ? 1 : most || 1 };
}

/** The difference; what is NaN on both sides has not changed. */
function same(now: number, old: number): number {
  return Object.is(now, old) || (Number.isNaN(now) && Number.isNaN(old)) ? 0 : now - old;
}

/** The row of a unit: its own, or the last one above it. */
function nearest(units: Int32Array, unit: number): number {
  let found = 0;
  while (found + 1 < units.length && units[found + 1]! <= unit) found++;
  return found;
}
