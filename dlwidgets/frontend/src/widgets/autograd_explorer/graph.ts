/** The graph: circles for tensors, squares for operators, as the book draws it. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import type { Point } from "./layout.ts";
import { shapeOf, short } from "./numbers.ts";
import type { Chosen, Context, Operator, Part, Variable } from "./session.ts";
import { bare, edges, id, label, size, squareSize } from "./shapes.ts";

const MARGIN = 8;

/** The smallest share of its size at which a graph is drawn; beyond that it scrolls. */
const SMALLEST = 0.72;

interface Drawn {
  readonly el: SVGGElement;
  readonly chosen: Chosen;
  update(): void;
}

export function graph(context: Context): Part {
  const { bin, session, text } = context;
  const root = svg("svg", { class: "dlw-au-svg", role: "group", "aria-label": text.graph });
  const el = h("div", { class: "dlw-au-graph" }, root as unknown as HTMLElement);
  let [version, room] = [-1, 0];
  let nodes: Drawn[] = [];
  let lines: { el: SVGPathElement; ends: string }[] = [];
  const fit = (): void => {
    const { width, height } = session.layout;
    const [wide, high] = [width + 2 * MARGIN, height + 2 * MARGIN];
    const scale = Math.max(SMALLEST, Math.min(1, room / wide || 1));
    mark(root, "viewBox", `0 0 ${wide} ${high}`);
    mark(root, "width", String(Math.round(wide * scale)));
    mark(root, "height", String(Math.round(high * scale)));
  };
  // The output stands at the right: that is where one begins.
  const toEnd = (): void => {
    el.scrollLeft = el.scrollWidth;
  };
  const draw = (): void => {
    const held = nodes.find((node) => node.el === document.activeElement)?.chosen;
    lines = edges(session).map(([from, to], i) => ({
      el: svg("path", { class: "dlw-au-edge", d: curve(session.layout.paths[i]!) }),
      ends: `${from} ${to}`,
    }));
    nodes = [
      ...session.variables.map((one) => circle(context, one)),
      ...session.operators.map((one) => square(context, one)),
    ];
    root.replaceChildren(...lines.map((line) => line.el), ...nodes.map((node) => node.el));
    fit();
    toEnd();
    nodes.find((node) => same(node.chosen, held))?.el.focus();
  };
  bin.resized(el, (width) => {
    const first = room === 0;
    room = width;
    fit();
    if (first) toEnd();
  });
  bin.listen<KeyboardEvent>(root, "keydown", (event) => keys(context, nodes, event));
  return {
    el,
    update() {
      if (session.version !== version) draw();
      version = session.version;
      const now = session.moves.filter((move) => move.step === session.step);
      const ends = new Set(
        now.map((move) => `${id.variable(move.variable)} ${id.operator(move.operator)}`),
      );
      for (const line of lines) mark(line.el, "data-now", ends.has(line.ends));
      for (const node of nodes) node.update();
      const first = session.chosen ?? nodes[0]?.chosen;
      for (const node of nodes) {
        mark(node.el, "tabindex", same(node.chosen, first) ? "0" : "-1");
      }
    },
  };
}

function same(a: Chosen | undefined | null, b: Chosen | undefined | null): boolean {
  return !!a && !!b && a.kind === b.kind && a.key === b.key;
}

/** A smooth line through points, level at each. */
function curve(points: readonly Point[]): string {
  const at = ({ x, y }: Point): string => `${x + MARGIN} ${y + MARGIN}`;
  return points.reduce((path, point, i) => {
    if (i === 0) return `M${at(point)}`;
    const before = points[i - 1]!;
    const middle = (before.x + point.x) / 2;
    const bends = [{ x: middle, y: before.y }, { x: middle, y: point.y }];
    return `${path}C${bends.map(at).join(" ")} ${at(point)}`;
  }, "");
}

function line(className: string, y: number): SVGTextElement {
  return svg("text", { class: className, x: 0, y, "text-anchor": "middle" });
}

function node(context: Context, chosen: Chosen, point: Point, ...children: Node[]): SVGGElement {
  const { bin, session } = context;
  const el = svg("g", {
    class: `dlw-au-node`,
    role: "button",
    tabindex: -1,
    transform: `translate(${point.x + MARGIN} ${point.y + MARGIN})`,
  }, ...children);
  bin.listen(el, "click", () => session.choose(chosen));
  bin.listen(el, "focus", () => session.choose(chosen));
  return el;
}

function circle(context: Context, { key, kind }: Variable): Drawn {
  const { session, text } = context;
  const one = session.variable(key)!;
  const [width, height] = size(one);
  const chosen: Chosen = { kind: "variable", key };
  const shape = svg("rect", {
    class: "dlw-au-circle",
    x: -width / 2,
    y: -height / 2,
    width,
    height,
    rx: height / 2,
  });
  const small = bare(one);
  const [name, value, gradient] = [
    line("dlw-au-name", kind === "constant" ? -4 : -12),
    line("dlw-au-value", small ? 4 : kind === "constant" ? 12 : 4),
    line("dlw-au-slope", 20),
  ];
  const title = svg("title");
  const parts = small ? [value] : kind === "constant" ? [name, value] : [name, value, gradient];
  const point = session.layout.places.get(id.variable(key))!;
  const el = node(context, chosen, point, title, shape, ...parts);
  mark(el, "data-kind", kind);
  mark(el, "data-hidden", one.hidden > 0);
  if (one.editable && one.count === 1) drag(context, el, key);
  return {
    el,
    chosen,
    update() {
      const now = session.variable(key);
      if (!now) return;
      const arrived = session.arrived(now, session.step);
      const room = small ? 7 : kind === "constant" ? 14 : 16;
      const shown = now.known
        ? short(session.values(now), now.shape, now.count, room)
        : text.unknown;
      const slope = arrived ? short(arrived, now.shape, now.count, room - 2) : "";
      say(name, label(now));
      say(value, shown);
      say(gradient, arrived ? `∇ ${slope}` : kind === "constant" ? "" : "∇ –");
      mark(el, "data-arrived", arrived !== null);
      mark(el, "data-known", now.known);
      mark(el, "aria-pressed", String(same(session.chosen, chosen)));
      const more = now.hidden > 0 ? [text.hidden(count(now.hidden))] : [];
      const spoken = [
        `${now.name || text.kinds.constant} ${shapeOf(now.shape)}`.trim(),
        text.kinds[kind],
        `${text.value} ${shown}`,
        ...(kind === "constant" ? [] : [`${text.gradient} ${slope || text.nothing}`]),
        ...more,
      ].join(", ");
      mark(el, "aria-label", spoken);
      say(title, spoken);
    },
  };
}

function square(context: Context, operator: Operator): Drawn {
  const { session, text } = context;
  const [width, height] = squareSize(operator);
  const chosen: Chosen = { kind: "operator", key: operator.key };
  const sign = line("dlw-au-sign", 5);
  say(sign, operator.sign);
  const shape = svg("rect", {
    class: "dlw-au-square",
    x: -width / 2,
    y: -height / 2,
    width,
    height,
    rx: 4,
  });
  const title = svg("title");
  say(title, operator.name);
  const point = session.layout.places.get(id.operator(operator.key))!;
  const el = node(context, chosen, point, title, shape, sign);
  mark(el, "data-kind", "operator");
  mark(el, "data-known", operator.known);
  mark(el, "aria-label", `${operator.short}, ${text.node(operator.name)}`);
  return {
    el,
    chosen,
    update() {
      const mine = session.moves.filter((move) => move.operator === operator.key);
      mark(el, "data-now", mine.some((move) => move.step === session.step));
      mark(el, "data-done", mine.some((move) => move.step <= session.step));
      mark(el, "aria-pressed", String(same(session.chosen, chosen)));
    },
  };
}

/** A pixel is worth about a hundredth of the number. */
function drag({ bin, session }: Context, el: SVGGElement, key: number): void {
  let start: { x: number; value: number } | null = null;
  mark(el, "data-draggable", true);
  bin.listen<PointerEvent>(el, "pointerdown", (event) => {
    const one = session.variable(key);
    if (!one || event.button !== 0 || session.link.gone) return;
    start = { x: event.clientX, value: session.values(one)[0]! };
    el.setPointerCapture(event.pointerId);
  });
  bin.listen<PointerEvent>(el, "pointermove", (event) => {
    if (!start) return;
    const step = Math.max(0.01, 10 ** Math.floor(Math.log10(Math.abs(start.value) || 1)) / 50);
    const moved = start.value + (event.clientX - start.x) * step;
    const one = session.variable(key);
    const value = Number(moved.toPrecision(4));
    if (one && value !== session.values(one)[0]) session.put(key, 0, value);
  });
  for (const end of ["pointerup", "pointercancel"]) bin.listen(el, end, () => start = null);
}

/** Arrows go along the edges and within a layer; plus and minus change a number. */
function keys({ session }: Context, nodes: readonly Drawn[], event: KeyboardEvent): void {
  const from = nodes.find((one) => one.el === event.target);
  if (!from) return;
  if (event.key === " " && session.player.key(event)) return;
  const { kind, key } = from.chosen;
  const one = kind === "variable" ? session.variable(key) : undefined;
  if (["+", "-", "="].includes(event.key)) {
    event.preventDefault();
    if (!one?.editable || one.count !== 1) return;
    const change = event.key === "-" ? -0.1 : 0.1;
    session.put(key, 0, Number((session.values(one)[0]! + change).toPrecision(6)));
    return;
  }
  if (event.key === "Enter" && one && one.hidden > 0) return session.look(key);
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
    event.key
  ];
  if (!way) return;
  event.preventDefault();
  nearest(nodes, from, way as [number, number], session.layout.places)?.el.focus();
}

/** The nearest node in a direction: those in line count as nearer. */
function nearest(
  nodes: readonly Drawn[],
  from: Drawn,
  [right, down]: readonly [number, number],
  places: ReadonlyMap<string, Point>,
): Drawn | undefined {
  const at = ({ chosen }: Drawn): Point => places.get(id[chosen.kind](chosen.key))!;
  const here = at(from);
  const far = (one: Drawn): number => {
    const { x, y } = at(one);
    const [dx, dy] = [x - here.x, y - here.y];
    const along = right * dx + down * dy;
    const aside = Math.abs(right ? dy : dx);
    return along <= 1 ? Infinity : along + 2 * aside;
  };
  const best = nodes.filter((one) => one !== from).sort((a, b) => far(a) - far(b))[0];
  return best && far(best) < Infinity ? best : undefined;
}

/** The numbers of a summary, in words. */
export function summary(stats: ArrayLike<number>): string {
  return Array.from(stats).map((x) => quantity(x, 4)).join(" · ");
}
