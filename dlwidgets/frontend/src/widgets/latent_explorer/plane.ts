/** The latent plane: encoded points by class, the code, and what the open tab adds. */

import { FAMILY, INK } from "../../lib/axes.ts";
import { h, mark, say, svg } from "../../lib/dom.ts";
import { percent, quantity } from "../../lib/format.ts";
import { look, outline } from "../../lib/palette.ts";
import { segments } from "../../lib/segments.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import { extent, nearest, ticks } from "./arithmetic.ts";
import { over } from "./over.ts";
import { type Context, held, type Part } from "./session.ts";

/** Room for the numbers below and to the left. */
const EDGE = 30;

/** From places on the plane to pixels, and back. */
export interface Sight {
  x(place: number): number;
  y(place: number): number;
  back(x: number, y: number): readonly [number, number];
  readonly scale: readonly [number, number];
  readonly size: readonly [number, number];
}

function sight(context: Context, width: number, height: number): Sight {
  const { model } = context;
  const places = held(model.get("_places"));
  const least = model.get("_variational") ? 3 : 0;
  const [[left, right], [low, high]] = [
    extent(places, 0, least),
    extent(spread(context), 1, least),
  ];
  const [wide, tall] = [(width - EDGE) / (right - left), (height - EDGE) / (high - low)];
  return {
    x: (place) => EDGE + (place - left) * wide,
    y: (place) => (high - place) * tall,
    back: (x, y) => [left + (x - EDGE) / wide, high - y / tall],
    scale: [wide, tall],
    size: [width, height],
  };
}

/** The places as they are drawn: points of one dimension are spread by class, to be told apart. */
export function spread({ model }: Context): Float32Array {
  const places = held(model.get("_places"));
  if (model.get("_z").shape[0] !== 1) return places;
  const labels = held(model.get("_labels"));
  const most = Math.max(1, labels.reduce((a, b) => Math.max(a, b), 0));
  return places.map((one, i) => i % 2 ? 2 * Math.max(0, labels[i >> 1]!) / most - 1 : one);
}

export function plane(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const [under, upper] = [h("canvas"), h("canvas")];
  const stand = h(
    "div",
    {
      ...{ class: "dlw-le-plane", tabindex: 0, role: "application" },
      "aria-label": text.planeLabel,
    },
    under,
    upper,
  );
  let paint: Record<string, string> = {};
  let [width, height] = [0, 0];
  let seen: unknown = null;
  let view: Sight | null = null;
  const still = (): void => {
    if (width < 60 || height < 60) return;
    const most = held(model.get("_labels")).reduce((a, b) => Math.max(a, b), 0);
    const names = Array.from({ length: Math.min(6, most + 1) }, (_, i) => look(i).color);
    paint = colors(stand, [...INK, "--dlw-accent", "--dlw-edge", ...names]);
    view = sight(context, width, height);
    points(under, context, view, paint);
    over(upper, context, view, paint);
  };
  bin.resized(stand, (w, h) => {
    [width, height] = [Math.floor(w), Math.floor(h)];
    still();
  });
  onTheme(bin, still);
  const at = (event: PointerEvent): readonly [number, number] => {
    const box = stand.getBoundingClientRect();
    return view!.back(event.clientX - box.left, event.clientY - box.top);
  };
  const go = (place: readonly [number, number], final: boolean): void => {
    session.go(place, final);
    announcer.tell(
      text.spokenPlace(...session.place.map((one) => quantity(one, 3)) as [string, string]),
    );
  };
  bin.listen<PointerEvent>(stand, "pointerdown", (event) => {
    if (!view || event.button !== 0) return;
    if (session.armed !== null) {
      const index = nearest(spread(context), at(event), view.scale);
      if (index >= 0) session.pick(session.armed, index);
      return;
    }
    stand.setPointerCapture(event.pointerId);
    go(at(event), false);
  });
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    if (stand.hasPointerCapture(event.pointerId)) go(at(event), false);
  });
  const release = (event: PointerEvent): void => {
    if (stand.hasPointerCapture(event.pointerId)) go(at(event), true);
  };
  bin.listen<PointerEvent>(stand, "pointerup", release);
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      event.key
    ];
    if (event.key === "Escape") session.armed = null;
    if (event.key === "Delete") session.show(held(model.get("_home")).slice(), true);
    if (!by || !view) return;
    event.preventDefault();
    const far = event.shiftKey ? 3 : 15;
    const [x, y] = session.place;
    go([x + far * by[0]! / view.scale[0], y + far * by[1]! / view.scale[1]], true);
  });
  const [head, legend] = [chooser(context), classes(context)];
  return {
    el: h("section", { class: "dlw-le-map" }, head.el, stand, legend.el),
    update() {
      head.update();
      legend.update();
      const key = model.get("_places");
      mark(stand, "data-armed", session.armed !== null);
      if (!view || key !== seen) {
        seen = key;
        still();
      } else over(upper, context, view, paint);
      mark(stand, "data-place", session.place.map((one) => one.toFixed(4)).join(" "));
    },
  };
}

/** Which plane: two dimensions, or the principal components. */
function chooser({ bin, model, session, text }: Context): Part {
  const size = model.get("_z").shape[0]!;
  const kind = segments(bin, {
    ...{ label: text.plane, all: ["pair", "pca"] as const, names: text.planes },
    now: () => model.get("plane"),
    choose: (one) => session.turn(one, model.get("dims")),
  });
  const selects = [text.across, text.up].map((label, axis) => {
    const options = Array.from({ length: size }, (_, i) => h("option", { value: i }, `z${i}`));
    const el = h("select", { class: "dlw-entry", "aria-label": label, title: label }, ...options);
    bin.listen(el, "change", () => {
      const dims = [...model.get("dims")];
      const [old, next] = [dims[axis]!, Number(el.value)];
      // A dimension that stands on the other axis changes places with it.
      if (dims[1 - axis] === next) dims[1 - axis] = old;
      dims[axis] = next;
      session.turn("pair", dims);
    });
    return el;
  });
  const note = h("small");
  const [first, second] = selects as [HTMLSelectElement, HTMLSelectElement];
  const pair = h("span", { class: "dlw-le-dims" }, first, "×", second);
  return {
    el: h("div", { class: "dlw-le-planes" }, h("h3", {}, text.plane), kind.el, pair, note),
    update() {
      kind.update();
      const pca = model.get("plane") === "pca";
      selects.forEach((el, axis) => {
        el.value = String(model.get("dims")[axis]);
      });
      kind.el.hidden = size < 2;
      pair.hidden = pca || size < 2;
      const shares = held(model.get("_shares"));
      say(
        note,
        size < 2
          ? text.single
          : pca
          ? [0, 1].map((i) => text.component(String(i + 1), percent(100 * shares[i]!))).join(" × ")
          : "",
      );
    },
  };
}

/** Which mark is which class. */
function classes({ model, text }: Context): Part {
  const el = h("div", { class: "dlw-le-classes", role: "list", "aria-label": text.classes });
  let known = "";
  return {
    el,
    update() {
      const labels = [...new Set(held(model.get("_labels")))].filter((one) => one >= 0);
      labels.sort((a, b) => a - b);
      if (labels.join() === known) return;
      known = labels.join();
      const names = model.get("_classes");
      el.replaceChildren(...labels.map((label) => {
        const { color, marker } = look(label);
        const points = outline(marker, 6, 6, 4).map((one) => one.join()).join(" ");
        const dot = svg("svg", { width: 12, height: 12, "aria-hidden": "true" });
        dot.append(svg("polygon", { points, style: `fill: var(${color})` }));
        return h("span", { role: "listitem" }, dot as unknown as Node, names[label] ?? `${label}`);
      }));
    },
  };
}

/** Axes and points: what stays while the code moves. */
function points(
  canvas: HTMLCanvasElement,
  context: Context,
  view: Sight,
  paint: Readonly<Record<string, string>>,
): void {
  const { model } = context;
  const [width, height] = view.size;
  const unit = devicePixelRatio;
  canvas.width = width * unit;
  canvas.height = height * unit;
  const ctx = canvas.getContext("2d")!;
  ctx.scale(unit, unit);
  grid(ctx, view, paint, model.get("_z").shape[0]! > 1);
  const [places, labels] = [spread(context), held(model.get("_labels"))];
  ctx.globalAlpha = 0.85;
  ctx.lineWidth = 0.75;
  ctx.strokeStyle = paint["--dlw-surface"]!;
  labels.forEach((label, i) => {
    const [x, y] = [view.x(places[2 * i]!), view.y(places[2 * i + 1]!)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const { color, marker } = label < 0
      ? { color: "--dlw-ink-soft", marker: "circle" as const }
      : look(label);
    ctx.fillStyle = paint[color]!;
    ctx.beginPath();
    for (const [a, b] of outline(marker, x, y, 3.2)) ctx.lineTo(a, b);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  });
}

function grid(
  ctx: CanvasRenderingContext2D,
  view: Sight,
  paint: Readonly<Record<string, string>>,
  vertical: boolean,
): void {
  const [width, height] = view.size;
  const [[left, low], [right, high]] = [view.back(EDGE, height - EDGE), view.back(width, 0)];
  ctx.strokeStyle = paint["--dlw-line"]!;
  ctx.fillStyle = paint["--dlw-ink-soft"]!;
  ctx.font = `11px ${FAMILY}`;
  ctx.lineWidth = 1;
  ctx.textBaseline = "middle";
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  };
  ctx.textAlign = "center";
  for (const one of ticks([left, right], 7)) {
    const x = Math.round(view.x(one)) + 0.5;
    line(x, 0, x, height - EDGE);
    ctx.fillText(quantity(one, 3), Math.min(x, width - 12), height - EDGE + 12);
  }
  ctx.textAlign = "right";
  if (!vertical) return;
  for (const one of ticks([low, high], 6)) {
    const y = Math.round(view.y(one)) + 0.5;
    line(EDGE, y, width, y);
    ctx.fillText(quantity(one, 3), EDGE - 6, Math.max(8, y));
  }
}
