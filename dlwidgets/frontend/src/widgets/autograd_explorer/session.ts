/** What the page shows of a graph: torch's numbers, added up here step by step. */

import type { AutogradExplorerTraits } from "../../contract.ts";
import { difference } from "../../lib/difference.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { type Film, Player } from "../../lib/player.ts";
import type { Scene } from "../../lib/view.ts";
import { pack, unpack } from "../../lib/wire.ts";
import { type Layout, layout } from "./layout.ts";
import { boxes, edges } from "./shapes.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = AutogradExplorerTraits;
export type Operator = Traits["_operators"][number];

/** Numbers of one tensor that travel. */
export const SHOWN = 16;

/** The gradient from which backward begins has this key among what can be edited. */
export const VECTOR = -1;

type Numbers = Float64Array<ArrayBufferLike>;

/** A circle with its numbers. */
export type Variable = Traits["_variables"][number] & {
  readonly values: Numbers;
  /** All that arrives, as autograd says. */
  readonly total: Numbers;
  /** What torch leaves in `.grad`, by another pass. */
  readonly truth: Numbers;
  /** Min, mean, max, norm of the value, then of the gradient. */
  readonly stats: Numbers;
};

/** A gradient handed from an operator to a variable. */
export type Move = Omit<Traits["_moves"][number], "upstream" | "slope" | "result"> & {
  readonly upstream: Numbers;
  readonly slope: Numbers;
  readonly result: Numbers;
};

/** What is chosen: a circle or a square. */
export interface Chosen {
  readonly kind: "variable" | "operator";
  readonly key: number;
}

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

const STATE = [
  ...["_variables", "_operators", "_moves", "_numbers", "_values", "_gradients", "_truth"],
  ...["_stats", "_start", "_vector", "_jacobian", "_columns", "_code", "_unknown", "_edited"],
];
const TRIED = ["_tried", "_tried_error", "_tried_code", "_tried_frames", "_tried_target"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  readonly film: Film;
  readonly player: Player;
  variables: readonly Variable[] = [];
  operators: readonly Operator[] = [];
  moves: readonly Move[] = [];
  layout: Layout = { width: 0, height: 0, places: new Map(), paths: [] };
  chosen: Chosen | null = null;
  /** The numbers under the user's hand, until torch has answered. */
  readonly drafts = new Map<number, Numbers>();
  /** Counts the graphs that were drawn: another one has other circles. */
  version = 0;
  #step = 0;
  #asked = 0;
  #stale = true;
  #drawn = "";

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "autograd_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.#heard());
    this.film = {
      length: () => this.steps + 1,
      at: () => this.step,
      go: (place) => {
        this.#step = place;
        this.changed();
      },
    };
    this.player = new Player(bin, this.film, () => this.changed(), 1);
    for (const name of STATE) {
      bin.follow(model, `change:${name}`, () => {
        // They come together; they are read when all are there.
        this.#stale = true;
        this.changed();
      });
    }
    for (const name of TRIED) bin.follow(model, `change:${name}`, () => this.changed());
    this.read();
    this.#step = this.steps;
  }

  /** Steps of the backward pass after the first, in which the root gets its gradient. */
  get steps(): number {
    return this.moves.at(-1)?.step ?? 0;
  }

  /** How many of them are done on the page. */
  get step(): number {
    return Math.min(this.#step, this.steps);
  }

  /** Reads what Python has sent, if it has changed. */
  read(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const { model } = this;
    const ended = this.#step >= this.steps;
    const [values, totals, truths] = ["_values", "_gradients", "_truth"] as const;
    const cut = [values, totals, truths].map((name) => cutter(unpack(model.get(name))));
    const stats = unpack(model.get("_stats"));
    this.variables = model.get("_variables").map((row, i) => {
      const count = Math.min(row.count, SHOWN);
      return {
        ...row,
        values: cut[0]!(row.known ? count : 0),
        total: cut[1]!(row.gradient ? count : 0),
        truth: cut[2]!(row.gradient ? count : 0),
        stats: stats.subarray(8 * i, 8 * i + 8),
      };
    });
    this.operators = model.get("_operators");
    const next = cutter(unpack(model.get("_numbers")));
    this.moves = model.get("_moves").map((row) => ({
      ...row,
      upstream: next(row.upstream),
      slope: next(row.slope),
      result: next(row.result),
    }));
    this.#place();
    if (ended) this.#step = this.steps;
  }

  /** Lays the graph out, if it is another one. */
  #place(): void {
    const key = JSON.stringify([
      this.variables.map(({ key, kind, shape, name, known, hidden }) => [
        ...[key, kind, shape, name, known, hidden],
      ]),
      this.operators,
    ]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.version++;
    this.layout = layout(boxes(this), edges(this));
    const held = this.chosen;
    if (held && !this.find(held)) this.chosen = null;
    this.#step = this.steps;
  }

  find({ kind, key }: Chosen): Variable | Operator | undefined {
    const all: readonly (Variable | Operator)[] = kind === "variable"
      ? this.variables
      : this.operators;
    return all.find((one) => one.key === key);
  }

  variable(key: number): Variable | undefined {
    return this.variables.find((one) => one.key === key);
  }

  /** The numbers to show of a variable: under the user's hand, or torch's. */
  values(one: Variable): Numbers {
    return this.drafts.get(one.key) ?? one.values;
  }

  /** The gradient from which backward begins. */
  get vector(): Numbers {
    return this.drafts.get(VECTOR) ?? unpack(this.model.get("_vector"));
  }

  /** What has arrived at a variable after a step, added up here; null before anything has. */
  arrived(one: Variable, step: number): Numbers | null {
    if (one.key === this.model.get("_start")) return one.total;
    const before = this.moves.filter((move) => move.variable === one.key && move.step <= step);
    if (before.length === 0) return null;
    return before.map((move) => move.result).reduce((a, b) => a.map((x, i) => x + b[i]!));
  }

  /** How far what was added up is from torch, as a share; null while torch has not answered. */
  get apart(): number | null {
    if (this.link.commands.pending("edit") || this.drafts.size > 0 || this.link.gone) return null;
    const pairs = this.variables.filter((one) => one.gradient).map((one) =>
      difference(
        Float64Array.from(this.arrived(one, this.steps) ?? new Float64Array(one.truth.length)),
        one.truth,
      )
    );
    return Math.max(0, ...pairs);
  }

  /** Gives one number of a leaf, or of the gradient of the root, another value. */
  put(key: number, index: number, value: number): void {
    const one = this.variable(key);
    const held = key === VECTOR ? this.vector : one && this.values(one);
    if (!held) return;
    const numbers = held.slice();
    numbers[index] = value;
    this.send(key, numbers);
  }

  send(key: number, numbers: Numbers): void {
    this.drafts.set(key, numbers);
    this.#asked += 1;
    const packed = pack("float64", Float64Array.from(numbers));
    this.link.commands.newest("edit", "edit", {
      variable: key,
      numbers: packed,
      asked: this.#asked,
    });
    this.changed();
  }

  reset(): void {
    this.link.commands.now("edit", "reset", this.#asked);
  }

  choose(chosen: Chosen | null): void {
    this.chosen = chosen;
    this.changed();
  }

  /** Looks back from another variable. */
  look(key: number): void {
    this.link.commands.now("look", "look", key);
  }

  attempt(kind: string): void {
    const chosen = this.chosen?.kind === "variable" ? this.chosen.key : -1;
    this.link.commands.now("attempt", "attempt", { kind, chosen });
  }

  changed(): void {
    this.painter.changed();
  }

  #heard(): void {
    // What is answered, or refused, is no draft any more.
    if (!this.link.commands.pending("edit") && !this.link.gone) this.drafts.clear();
    this.changed();
  }
}

/** Returns a function that cuts one piece after another from an array. */
function cutter(all: Numbers): (count: number) => Numbers {
  let at = 0;
  return (count) => all.subarray(at, at += count);
}
