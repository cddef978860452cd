/** The backward pass: a bar to move through it, and each step with its numbers. */

import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { bar } from "../../lib/player.ts";
import { summary } from "./graph.ts";
import { list, shapeOf } from "./numbers.ts";
import type { Context, Move, Operator, Part, Variable } from "./session.ts";

export function steps(context: Context): Part {
  const { bin, language, session, text } = context;
  const where = (place: number): string => text.step(String(place), title(context, place));
  const player = bar(bin, language, session.player, session.film, where);
  const rows = h("div", { class: "dlw-au-moves" });
  const name = h("p", { class: "dlw-au-now" });
  const el = h(
    "section",
    { class: "dlw-au-steps" },
    h("h3", {}, text.backward),
    player.el,
    name,
    rows,
  );
  return {
    el,
    update() {
      player.update();
      say(name, where(session.step));
      const moves = session.moves.filter((move) => move.step === session.step);
      const found = session.step === 0
        ? [seed(context)]
        : moves.map((move) => handed(context, move));
      rows.replaceChildren(...found);
    },
  };
}

/** What happens at a step, in words. */
export function title({ model, session, text }: Context, place: number): string {
  if (place === 0) {
    const start = session.variable(model.get("_start"));
    const name = start?.name ?? "";
    return model.get("_start") === model.get("_root") ? text.seed(name) : text.arrives(name);
  }
  const move = session.moves.find((one) => one.step === place);
  if (!move) return "";
  const operator = session.operators.find((one) => one.key === move.operator);
  const target = session.variable(move.variable)?.name ?? "";
  if (!operator) return text.elsewhere(target);
  const { short, sign } = operator;
  return short === sign ? short : `${short}  ${sign}`;
}

function seed({ model, session }: Context): HTMLElement {
  const start = session.variable(model.get("_start"));
  const shown = start ? list(start.total, start.shape, start.count, 6) : "";
  return h(
    "div",
    { class: "dlw-au-move" },
    h("code", {}, `∂${rootName(session)}/∂${start?.name ?? ""}`),
    h("span", {}, "="),
    h("b", {}, shown),
  );
}

function rootName(session: Context["session"]): string {
  return session.variable(session.model.get("_root"))?.name ?? "L";
}

/** ∂z/∂w = upstream × local derivative = result; and what it is added to. */
function handed(context: Context, move: Move): HTMLElement {
  const { session, text } = context;
  const target = session.variable(move.variable);
  const operator = session.operators.find((one) => one.key === move.operator);
  if (!target) return h("div");
  const above = operator && session.variable(operator.outputs[0] ?? -1);
  const result = list(move.result, target.shape, target.count, 4);
  const line = h("div", { class: "dlw-au-move" });
  line.append(h("code", {}, `∇ ${target.name}`), h("span", {}, "="));
  if (operator && above) line.append(...product(context, move, operator, above, target));
  line.append(h("b", {}, result));
  mark(line, "data-product", move.product);
  const before = session.arrived(target, move.step - 1);
  const sum = session.arrived(target, move.step);
  if (
    !sum ||
    (!before &&
      session.moves.filter((one) => one.step === move.step && one.variable === move.variable)
          .length < 2)
  ) return line;
  const parts = session.moves.filter((one) =>
    one.variable === move.variable && one.step <= move.step
  ).map((one) => list(one.result, target.shape, target.count, 4));
  const total = list(sum, target.shape, target.count, 4);
  const added = h("small", {}, `${text.adds(target.name)}: ${parts.join(" + ")} = ${total}`);
  return h("div", {}, line, added);
}

function product(
  { text }: Context,
  move: Move,
  operator: Operator,
  above: Variable,
  target: Variable,
): HTMLElement[] {
  const rule = operator.slopes[move.slot] ?? "";
  const upstream = list(move.upstream, above.shape, above.count, 4);
  const up = h("span", { class: "dlw-au-up", title: `∇ ${above.name}` }, upstream);
  if (move.product) {
    const local = list(move.slope, target.shape, target.count, 4);
    const slope = h("span", { class: "dlw-au-local", title: rule }, local);
    return [
      up,
      h("span", {}, "×"),
      slope,
      ...(rule ? [h("small", {}, `(∂/∂${"ab"[move.slot] ?? "c"} = ${rule})`)] : []),
      h("span", {}, "="),
    ];
  }
  const shapes = [above, target].map((one) => shapeOf(one.shape) || "()");
  const passes = h("small", { title: text.passes }, `${shapes.join(" → ")}${rule && `, ${rule}`}`);
  return [up, h("span", {}, "→"), passes, h("span", {}, "→")];
}

/** All about what is chosen in the graph. */
export function detail(context: Context): Part {
  const { session, text } = context;
  const el = h("div", { class: "dlw-au-detail" });
  return {
    el,
    update() {
      const { chosen } = session;
      const found = chosen && session.find(chosen);
      if (!chosen || !found) {
        el.replaceChildren(h("span", { class: "dlw-au-soft" }, text.choose));
        return;
      }
      el.replaceChildren(
        ...(chosen.kind === "operator"
          ? aboutOperator(context, found as Operator)
          : aboutVariable(context, found as Variable)),
      );
    },
  };
}

function aboutOperator({ session, text }: Context, one: Operator): HTMLElement[] {
  const names = one.inputs.map((key) => {
    const held = session.variable(key);
    return held?.name || (held ? list(held.values, held.shape, held.count, 1) : "");
  });
  const slopes = one.slopes.filter((slope) => slope !== "").slice(0, names.length)
    .map((slope, i) => `∂/∂${"ab"[i] ?? "c"} = ${slope}`);
  return [
    h("b", {}, `${one.short}(${names.join(", ")})`),
    h("span", { class: "dlw-au-soft" }, text.node(one.name)),
    ...(slopes.length > 0 ? [h("span", {}, slopes.join(",  "))] : []),
    ...(one.known ? [] : [h("span", { class: "dlw-au-bad" }, text.cannot)]),
  ];
}

function aboutVariable({ session, text }: Context, one: Variable): HTMLElement[] {
  const many = one.count > 1;
  const part = (label: string, numbers: ArrayLike<number>, stats: Float64Array): HTMLElement =>
    h(
      "span",
      { title: Array.from(numbers).map((x) => quantity(x, 9)).join(", ") },
      h("small", {}, `${label} `),
      list(numbers, one.shape, one.count, 6, 5),
      ...(many ? [h("small", { title: text.stats }, `  ${summary(stats)}`)] : []),
    );
  const arrived = session.arrived(one, session.step);
  return [
    h("b", {}, `${one.name || text.kinds.constant} ${shapeOf(one.shape)}`.trim()),
    h("span", { class: "dlw-au-soft", title: text.kindHints[one.kind] }, text.kinds[one.kind]),
    one.known
      ? part(text.value, session.values(one), one.stats.subarray(0, 4) as Float64Array)
      : h("span", { class: "dlw-au-soft" }, text.unknownHint),
    ...(arrived ? [part(text.gradient, arrived, one.stats.subarray(4) as Float64Array)] : []),
    ...(one.recovered ? [h("small", {}, text.recovered)] : []),
  ];
}
