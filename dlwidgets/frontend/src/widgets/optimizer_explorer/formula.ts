/** The lines of an update, as Python writes them: read, computed and shown. No DOM here. */

import { quantity } from "../../lib/format.ts";

/** A letter and its formula, as `["v", "α*v + g"]`. */
export type Line = readonly string[];

export type Letters = Readonly<Record<string, number>>;

type Tree =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "letter"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Tree[] };

const TOKEN = /\s*(\d+(?:\.\d+)?|max|√|[\p{L}Δ][\p{L}\p{M}\d]*|[-+*/^(),])/uy;

/** The pieces of a formula, from left to right. */
export function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new SyntaxError(`no formula: ${text}`);
    found.push(token);
  }
  return found;
}

/** Reads a formula: sums of products of powers, roots, the larger of two. */
function parse(text: string): Tree {
  const all = tokens(text);
  let at = 0;
  const take = (token: string): boolean => all[at] === token && ++at > 0;
  const need = (token: string): void => {
    if (!take(token)) throw new SyntaxError(`expected ${token} in ${text}`);
  };
  const chain = (inner: () => Tree, signs: readonly string[]): Tree => {
    let left = inner();
    for (let sign = all[at]; sign !== undefined && signs.includes(sign); sign = all[at]) {
      at++;
      left = { kind: "call", name: sign, args: [left, inner()] };
    }
    return left;
  };
  const sum = (): Tree => chain(product, ["+", "-"]);
  const product = (): Tree => chain(signed, ["*", "/"]);
  const signed = (): Tree => take("-") ? { kind: "call", name: "0-", args: [signed()] } : power();
  const power = (): Tree => {
    const base = atom();
    return take("^") ? { kind: "call", name: "^", args: [base, signed()] } : base;
  };
  const atom = (): Tree => {
    const token = all[at++];
    if (token === "(") {
      const inner = sum();
      need(")");
      return inner;
    }
    if (token === "√") return { kind: "call", name: "√", args: [atom()] };
    if (token === "max") {
      need("(");
      const first = sum();
      need(",");
      const second = sum();
      need(")");
      return { kind: "call", name: "max", args: [first, second] };
    }
    if (token === undefined || !/[\p{L}\d]/u.test(token)) {
      throw new SyntaxError(`no formula: ${text}`);
    }
    return /^\d/.test(token)
      ? { kind: "number", value: Number(token) }
      : { kind: "letter", name: token };
  };
  const tree = sum();
  if (at < all.length) throw new SyntaxError(`no formula: ${text}`);
  return tree;
}

const CALLS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "0-": (a) => -a,
  "√": (a) => Math.sqrt(a),
  max: (a, b) => Math.max(a, b),
};

function value(tree: Tree, letters: Letters): number {
  if (tree.kind === "number") return tree.value;
  if (tree.kind === "letter") {
    const held = letters[tree.name];
    if (held === undefined) throw new ReferenceError(`no value for ${tree.name}`);
    return held;
  }
  const [a, b] = tree.args.map((one) => value(one, letters));
  return CALLS[tree.name]!(a!, b ?? NaN);
}

const read = new Map<string, Tree>();

/** The value of a formula. */
export function evaluate(text: string, letters: Letters): number {
  const known = read.get(text) ?? parse(text);
  read.set(text, known);
  return value(known, letters);
}

const SIGNS: Readonly<Record<string, string>> = {
  "*": " · ",
  "+": " + ",
  "-": " − ",
  "/": " / ",
  ",": ", ",
};

/** A letter as it is printed: ρ1 becomes ρ₁. */
export function printed(letter: string): string {
  return letter.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]!);
}

/** A formula as it is printed, with its letters, or with numbers in their place. */
export function shown(text: string, letters: Letters | null = null): string {
  const all = tokens(text);
  return all.map((token, i) => {
    const before = all[i - 1];
    const opens = before === undefined || "(+-*/,".includes(before);
    if (token === "-" && opens) return "−";
    if (token in SIGNS) return SIGNS[token]!;
    if (!/^[\p{L}]/u.test(token) || token === "max") return token;
    if (!letters) return printed(token);
    const number = quantity(letters[token], 4);
    // A sign after another one, or below a power, needs brackets.
    const bare = !number.startsWith("−") || before === undefined || before === "(";
    const raised = all[i + 1] === "^" || before === "√";
    return bare && !(raised && /[−e]/.test(number)) ? number : `(${number})`;
  }).join("");
}

/** A line that has been computed. */
export interface Term {
  readonly letter: string;
  readonly text: string;
  /** The values that its letters had. */
  readonly letters: Letters;
  readonly value: number;
}

/** Computes lines in order; later ones see what earlier ones have found. */
export function compute(lines: readonly Line[], letters: Letters): Term[] {
  const known: Record<string, number> = { ...letters };
  return lines.map(([letter, text]) => {
    const before = { ...known };
    const found = evaluate(text!, before);
    known[letter!] = found;
    return { letter: letter!, text: text!, letters: before, value: found };
  });
}
