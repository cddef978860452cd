/** The size of the output: the formula, and the same with the numbers of the setting. */

import { h } from "../../lib/dom.ts";
import { m, math, type Piece, words } from "../../lib/mathml.ts";
import { AXES, type Axis, outputSize, type Setting } from "./arithmetic/mod.ts";
import { pads } from "./arithmetic/mod.ts";
import type { Context, Part } from "./part.ts";

/** The numbers of one axis, under the letters that the formula uses. */
interface Values {
  readonly n: string | number;
  readonly p: string | number;
  readonly d: string | number;
  readonly k: string | number;
  readonly s: string | number;
  readonly a: string | number;
}

const LETTERS: Values = { n: "n", p: "p", d: "d", k: "k", s: "s", a: "a" };

function valuesOf(s: Setting, axis: Axis): Values {
  const { top, bottom, left, right } = pads(s);
  const [first, second] = axis === 0 ? [top, bottom] : [left, right];
  return {
    n: s.size[axis],
    p: first === second ? first : `${first}+${second}`,
    d: s.dilation[axis],
    k: s.kernel_size[axis],
    s: s.stride[axis],
    a: s.output_padding[axis],
  };
}

/** `2·p`, or both sides where they differ. */
function ring(p: string | number): Piece[] {
  const sides = String(p).split("+");
  return sides.length === 2 ? [sides[0]!, "+", sides[1]!] : [2, "·", p];
}

/** One side of the equation for one set of values. */
function size(s: Setting, v: Values): Piece[] {
  if (s.kind === "transposed") {
    const body: Piece[] = ["(", v.n, "−", 1, ")", "·", v.s, "−", 2, "·", v.p];
    return [...body, "+", v.d, "·", "(", v.k, "−", 1, ")", "+", v.a, "+", 1];
  }
  const top: Piece[] = [v.n, "+", ...ring(v.p), "−", v.d, "·", "(", v.k, "−", 1, ")", "−", 1];
  return [...rounded(s, m("mfrac", m("mrow", ...top), m("mrow", v.s))), "+", 1];
}

function rounded({ ceil_mode: up }: Setting, inner: Element): Piece[] {
  return up ? ["⌈", inner, "⌉"] : ["⌊", inner, "⌋"];
}

/** What stands between the numbers and the result: the fraction, worked out above its line. */
function step(s: Setting, axis: Axis): Piece[] {
  if (s.kind === "transposed") return [];
  const { n, d, k, s: stride } = valuesOf(s, axis) as Record<keyof Values, number>;
  const { top, bottom, left, right } = pads(s);
  const around = axis === 0 ? top + bottom : left + right;
  const above = n + around - d * (k - 1) - 1;
  const found = Math[s.ceil_mode ? "ceil" : "floor"](above / stride) + 1;
  const lost = found - outputSize(s)[axis];
  const fraction = m("mfrac", m("mrow", above), m("mrow", stride));
  // A last window that would begin in the ring behind the input does not count.
  return ["=", ...rounded(s, fraction), "+", 1, ...(lost ? ["−", lost] : [])];
}

function line(s: Setting, label: string, axis: Axis): Element {
  const result = m("mn");
  result.textContent = String(outputSize(s)[axis]);
  result.setAttribute("class", "dlw-cv-result");
  const name = words(label);
  // In two, since formulas do not wrap, and in a narrow column the result must not be cut off.
  const numbers = math(name, "=", ...size(s, valuesOf(s, axis)));
  return h("div", { class: "dlw-cv-axis" }, numbers, math(...step(s, axis), "=", result));
}

/** The formula with letters, and a line for each axis. */
export function formula({ session, text }: Context): Part {
  const lines = h("div", { class: "dlw-cv-formulas" });
  const note = h("p", { class: "dlw-cv-soft" });
  const el = h("div", { class: "dlw-cv-formula" }, lines, note);
  let known = "";
  return {
    el,
    update() {
      const { setting: s } = session.picture;
      const both = String(valuesOf(s, 0)) === String(valuesOf(s, 1)) &&
        JSON.stringify(valuesOf(s, 0)) === JSON.stringify(valuesOf(s, 1));
      const key = JSON.stringify([s.kind, s.ceil_mode, AXES.map((axis) => valuesOf(s, axis))]);
      if (key === known) return;
      known = key;
      const rows = both
        ? [line(s, text.bothAxes, 0)]
        : [line(s, text.height, 0), line(s, text.width, 1)];
      lines.replaceChildren(math("o", "=", ...size(s, LETTERS)), ...rows);
      note.textContent = text.letters(s.kind, session.picture.setting.padding === "same");
    },
  };
}
