/** What an optimizer held at each step, and the arithmetic of one. No DOM here. */

import { difference } from "../../lib/difference.ts";
import { compute, type Letters, type Line, type Term } from "./formula.ts";

export interface Piece {
  readonly begin: number;
  readonly title: string;
  readonly first: readonly Line[];
  readonly lines: readonly Line[];
  /** Names in `optimizer.state`, and the letters that hold them. */
  readonly state: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** The same as `explain/optimizers/race.py`'s Path, flattened row by row. */
export interface Record_ {
  readonly pieces: readonly Piece[];
  readonly gradients: Float64Array;
  readonly options: readonly string[];
  readonly letters: readonly string[];
  readonly held: Float64Array;
  readonly state: readonly string[];
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** (steps + 1, 2). */
  readonly points: Float64Array;
}

/** One step of one number. */
export interface Taken {
  readonly piece: Piece;
  readonly theta: number;
  readonly gradient: number;
  /** The letters of options, with their names and values. */
  readonly options: readonly { name: string; letter: string; value: number }[];
  /** Computed here; empty where no formula is known. */
  readonly terms: readonly Term[];
  /** Torch's: how far the number went. */
  readonly change: number;
  /** Torch's state after the step, by its names. */
  readonly state: readonly { name: string; letter: string; value: number }[];
}

/** Takes a step apart; `number` is which of the two that are followed. */
export function taken(record: Record_, step: number, number: 0 | 1): Taken {
  const { pieces, points, gradients, state } = record;
  const piece = pieces.findLast((one) => one.begin <= step) ?? pieces[0]!;
  const wide = record.options.length;
  const options = record.options.map((name, i) => ({
    name,
    letter: record.letters[i]!,
    value: record.held[step * wide + i]!,
  }));
  const at = (table: Float64Array, name: string): number =>
    table[(step * state.length + state.indexOf(name)) * 2 + number] ?? 0;
  const held = piece.state.filter(([name]) => state.includes(name!));
  const theta = points[2 * step + number]!;
  const gradient = gradients[2 * step + number]!;
  const letters: Letters = {
    θ: theta,
    g: gradient,
    t: step - piece.begin + 1,
    ...Object.fromEntries(options.filter((o) => o.letter).map((o) => [o.letter, o.value])),
    ...Object.fromEntries(piece.state.map(([, letter]) => [letter!, 0])),
    ...Object.fromEntries(held.map(([name, letter]) => [letter!, at(record.before, name!)])),
  };
  const lines = step === piece.begin && piece.first.length ? piece.first : piece.lines;
  const seen = piece.lines.length ? held : state.map((name) => [name, ""] as const);
  return {
    piece,
    theta,
    gradient,
    options: options.filter((one) => !Number.isNaN(one.value)),
    terms: compute(lines, letters),
    change: points[2 * (step + 1) + number]! - theta,
    state: seen.map(([name, letter]) => ({
      name: name!,
      letter: letter!,
      value: at(record.after, name!),
    })),
  };
}

/** How far the lines of all steps are from torch, as a share; null where none are known. */
export function apart(record: Record_, steps: number): number | null {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let step = 0; step < steps; step++) {
    for (const number of [0, 1] as const) {
      const { change, state, terms } = taken(record, step, number);
      // A step past the largest double ends the race; there is nothing to compare.
      if (!terms.length || !Number.isFinite(change)) continue;
      const values = new Map(terms.map((term) => [term.letter, term.value]));
      mine.push(values.get("Δθ")!);
      theirs.push(change);
      for (const one of state) {
        mine.push(values.get(one.letter)!);
        theirs.push(one.value);
      }
    }
  }
  return mine.length ? difference(Float64Array.from(mine), theirs) : null;
}
