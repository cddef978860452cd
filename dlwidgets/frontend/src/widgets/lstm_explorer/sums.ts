/** The formulas of one step, with letters and with the numbers of the chosen unit. */

import { h } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { m, math, type Piece, words } from "../../lib/mathml.ts";
import { sumsOf } from "./diagram.ts";
import { type Context, held, type Part, type Session } from "./session.ts";
import { numbers, type Sum } from "./wiring.ts";

const SQUASH: Readonly<Record<string, string>> = { g: "tanh", n: "tanh", h: "tanh" };

export function sums(context: Context): Part {
  const { model, session, text } = context;
  const rows = h("div", { class: "dlw-ls-formulas" });
  const note = h("p", { class: "dlw-ls-soft" });
  let known: unknown[] = [];
  return {
    el: h("div", {}, rows, note),
    update() {
      const now = ["_sums", "_ends", "_held", "direction"] as const;
      const key = [...now.map((name) => model.get(name)), session.unit];
      if (key.every((one, i) => one === known[i])) return;
      known = key;
      const { net } = session;
      const found = sumsOf(session);
      const values = numbers(net.gates, found, held(model.get("_ends")));
      rows.replaceChildren(
        ...net.gates.map((gate, i) => gateRow(context, gate, found[i]!, values)),
        ...stateRows(context, values),
      );
      note.textContent = net.bias ? text.sumsNote : `${text.sumsNote} · ${text.noBias}`;
    },
  };
}

function row(...formulas: Element[]): HTMLElement {
  return h("div", { class: "dlw-ls-formula" }, ...formulas.map((one) => h("span", {}, one)));
}

function sub(base: string, ...index: Piece[]): Element {
  return m("msub", base, m("mrow", ...index));
}

/** The step that a state comes from. */
function last({ model }: Session): string {
  return model.get("direction") === "reverse" ? "t+1" : "t−1";
}

/** A number in a sum: with its sign between two spaces, or alone at the beginning. */
function term(value: number, first = false): Piece[] {
  if (first) return [quantity(value, 3)];
  return value < 0 ? ["−", quantity(-value, 3)] : ["+", quantity(value, 3)];
}

function gateRow(
  { session, text }: Context,
  gate: string,
  [x, b, wh, bias, value]: Sum,
  values: Readonly<Record<string, number>>,
): HTMLElement {
  const { net } = session;
  const squash = gate === "h" && net.relu ? "relu" : SQUASH[gate] ?? "σ";
  const reset = gate === "n";
  const back: Piece[] = [
    sub("W", gate === "h" ? "hh" : `h${gate}`),
    sub("h", last(session)),
    "+",
    sub("b", gate === "h" ? "hh" : `h${gate}`),
  ];
  const letters = math(
    sub(gate, "t"),
    "=",
    squash,
    "(",
    sub("W", gate === "h" ? "ih" : `i${gate}`),
    sub("x", "t"),
    "+",
    sub("b", gate === "h" ? "ih" : `i${gate}`),
    "+",
    ...(reset ? [sub("r", "t"), "·", "(", ...back, ")"] : back),
    ")",
  );
  const held = session.held(gate);
  if (held) {
    const to = held.to === "mean" ? text.mean : held.to;
    return row(letters, math("=", quantity(value, 4), words(` (${text.held(to)})`)));
  }
  const hidden = reset
    ? ["+", quantity(values["r"], 3), "·", "(", ...term(wh, true), ...term(bias), ")"]
    : [...term(wh), ...term(bias)];
  const total = x + b + (reset ? values["r"]! * (wh + bias) : wh + bias);
  return row(
    letters,
    math("=", squash, "(", ...term(x, true), ...term(b), ...hidden, ")"),
    math("=", squash, "(", quantity(total, 4), ")", "=", quantity(value, 4)),
  );
}

/** How the states follow from the gates. */
function stateRows(
  { session, text }: Context,
  v: Readonly<Record<string, number>>,
): HTMLElement[] {
  const { net } = session;
  const q = (name: string): Piece => {
    const number = quantity(v[name], 3);
    return number.startsWith("−") ? m("mrow", "(", number, ")") : number;
  };
  if (net.kind === "rnn") return [];
  if (net.kind === "gru") {
    return [row(
      math(
        ...[sub("h", "t"), "=", "(", "1", "−", sub("z", "t"), ")", "·", sub("n", "t")],
        ...["+", sub("z", "t"), "·", sub("h", last(session))],
      ),
      math("=", q("rest"), "·", q("n"), "+", q("z"), "·", q("h_before")),
      math("=", quantity(v["h"], 4)),
    )];
  }
  const projected = net.out !== net.hidden;
  const inner: Piece[] = [sub("o", "t"), "·", "tanh", "(", sub("c", "t"), ")"];
  const out = math(
    ...[sub("h", "t"), "="],
    ...(projected ? [sub("W", "hr"), "(", ...inner, ")"] : inner),
  );
  const product = math("=", q("o"), "·", q("tanh"), "=", quantity(v["out"], 4));
  return [
    row(
      math(
        ...[sub("c", "t"), "=", sub("f", "t"), "·", sub("c", last(session)), "+"],
        ...[sub("i", "t"), "·", sub("g", "t")],
      ),
      math("=", q("f"), "·", q("c_before"), "+", q("i"), "·", q("g")),
      math("=", quantity(v["c"], 4)),
    ),
    projected
      ? row(
        out,
        math(words("o·tanh(c) "), "=", q("o"), "·", q("tanh"), "=", quantity(v["out"], 4)),
        ...(session.unit < net.out ? [math(sub("h", "t"), "=", quantity(v["h"], 4))] : []),
      )
      : row(out, product),
  ].concat(projected && session.unit >= net.out ? [h("p", {}, text.beyond(String(net.out)))] : []);
}
