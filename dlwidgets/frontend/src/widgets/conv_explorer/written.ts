/** What an output is made of, what an input feeds, where a weight works: as pieces of text. */

import { quantity } from "../../lib/format.ts";
import {
  type Cell,
  feeds,
  pools,
  type Tap,
  type Term,
  terms,
  uses,
  weightAt,
  weightIndex,
} from "./arithmetic/mod.ts";
import { meetings } from "./lit.ts";
import { type Picture, placeOf } from "./picture.ts";
import type { Words } from "./part.ts";

/** More pieces than this are counted instead of shown. */
const MOST = 200;
const DIGITS = 5;

/** A piece of the line: text and what the style sheet should know about it. */
export type Piece = readonly [
  text: string,
  tone?: "soft" | "ring" | "win" | "result" | "name" | undefined,
];

/** A number in the line. */
export function number(value: number): string {
  return quantity(value, DIGITS);
}

/** Whether `number` shows all of a value, as far as single precision goes. */
function exact(value: number): boolean {
  const off = Math.abs(value - Number(value.toPrecision(DIGITS)));
  return !(off > 1e-7 * Math.abs(value));
}

function bracketed(value: number): string {
  const text = number(value);
  return text.startsWith("−") ? `(${text})` : text;
}

function soft(text: string): Piece {
  return [text, "soft"];
}

function joined(pieces: readonly Piece[], sign: string): Piece[] {
  const near = pieces.slice(0, MOST);
  const found = near.flatMap((piece, order): Piece[] => order ? [soft(sign), piece] : [piece]);
  if (near.length < pieces.length) found.push(soft(`${sign}… (${pieces.length - near.length})`));
  return found;
}

/** The sum (or maximum) behind an output cell; products of the shown input channel one by one. */
export function ofOutput(now: Picture, cell: Cell, channel: number, text: Words): Piece[] {
  const { setting: s } = now;
  const place = placeOf(now, cell);
  const [before, output] = [now.before[place]!, now.output[place]!];
  const all = terms(s, cell, now.input, now.weight);
  const pieces: Piece[] = [
    [`y[${cell.channel}, ${cell.row}, ${cell.column}]`, "name"],
    soft(" = "),
  ];
  if (s.kind === "max") pieces.push(...maximum(all));
  else if (s.kind === "avg") pieces.push(...average(all));
  else pieces.push(...products(now, all, channel, text));
  if (s.bias) pieces.push(soft(" + "), [text.bias(bracketed(now.bias[cell.channel]!))]);
  const whole = [before, ...all.flatMap(({ value, weight }) => [value, weight])].every(exact);
  pieces.push(soft(whole ? " = " : " ≈ "), [number(before), s.relu ? "win" : "result"]);
  if (s.relu) {
    pieces.push(soft(` → ReLU: max(0, ${number(before)}) = `), [number(output), "result"]);
  }
  return pieces;
}

function maximum(all: readonly Term[]): Piece[] {
  const values = all.map(({ input, value, winner }): Piece => [
    number(value),
    winner ? "win" : input ? undefined : "ring",
  ]);
  return [soft("max("), ...joined(values, ", "), soft(")")];
}

function average(all: readonly Term[]): Piece[] {
  const values = all.map(({ ring, value }): Piece => [bracketed(value), ring ? "ring" : undefined]);
  // Torch may count cells that no term shows: a window of the ring alone has none.
  const count = all.length > 0 ? Math.round(1 / all[0]!.weight) : 1;
  if (values.length === 0) return [["0"]];
  return [soft("("), ...joined(values, " + "), soft(`) ÷ ${count}`)];
}

function products(now: Picture, all: readonly Term[], shown: number, text: Words): Piece[] {
  const groups = new Map<number, Term[]>();
  for (const term of all) {
    const { in: channel } = weightAt(now.setting, term.weightIndex);
    const held = groups.get(channel);
    if (held) held.push(term);
    else groups.set(channel, [term]);
  }
  const several = groups.size > 1;
  const pieces = [...groups].map(([channel, some]): Piece[] => {
    if (several && channel !== shown) {
      const total = some.reduce((sum, term) => sum + term.product, 0);
      return [[text.channelSum(channel, bracketed(total))]];
    }
    const written = joined(some.map(product), " + ");
    return several ? [soft(`${text.channelShort(channel)}(`), ...written, soft(")")] : written;
  });
  if (pieces.length === 0) return [["0"]];
  return pieces.flatMap((some, order) => order ? [soft(" + "), ...some] : some);
}

function product({ value, weight, ring }: Term): Piece {
  return [`${bracketed(value)}×${bracketed(weight)}`, ring ? "ring" : undefined];
}

/** The outputs of the shown channel that an input cell feeds, each with the weight it meets. */
export function ofInput(now: Picture, cell: Cell, out: number, text: Words): Piece[] {
  const { setting: s } = now;
  const fed = feeds(s, cell).filter(({ channel }) => channel === out);
  const value = now.input[(cell.channel * s.size[0] + cell.row) * s.size[1] + cell.column]!;
  const head: Piece[] = [
    [`x[${cell.channel}, ${cell.row}, ${cell.column}]`, "name"],
    soft(` = ${number(value)} ${text.feeds(fed.length)}`),
  ];
  const targets = fed.slice(0, MOST).map((output): Piece => {
    const met = meetings(now, cell, output);
    const by = met.map(({ term }) => pools(s.kind) ? "" : `×${bracketed(term.weight)}`).join("");
    return [
      `y[${output.channel}, ${output.row}, ${output.column}]${by && ` (${by})`}`,
      met.some(({ term }) => term.winner) ? "win" : undefined,
    ];
  });
  return [...head, ...joined(targets, ", ")];
}

/** Every product that a weight takes part in. */
export function ofWeight(now: Picture, tap: Tap, text: Words): Piece[] {
  const { setting: s } = now;
  const all = uses(s, tap);
  const name = pools(s.kind)
    ? text.place(tap.row, tap.column)
    : `w[${planeOf(now, tap)}, ${tap.row}, ${tap.column}]`;
  const value = pools(s.kind) ? "" : ` = ${number(now.weight[weightIndex(s, tap)]!)}`;
  const targets = all.slice(0, MOST).map(({ input, output }): Piece => {
    const from = input
      ? number(now.input[(input.channel * s.size[0] + input.row) * s.size[1] + input.column]!)
      : "0";
    return [
      `${from} → y[${output.channel}, ${output.row}, ${output.column}]`,
      input ? undefined : "ring",
    ];
  });
  return [[name, "name"], soft(`${value} ${text.used(all.length)}`), ...joined(targets, ", ")];
}

/** The first two indices of a weight in torch's tensor. */
function planeOf({ setting: s }: Picture, tap: Tap): string {
  const [ins, outs] = [s.in_channels / s.groups, s.out_channels / s.groups];
  return s.kind === "conv" ? `${tap.out}, ${tap.in % ins}` : `${tap.in}, ${tap.out % outs}`;
}
