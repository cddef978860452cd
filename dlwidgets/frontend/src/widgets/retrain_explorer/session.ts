/** What the page knows of a training: where its knobs stand, and how far it has come. */

import type { RetrainExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = RetrainExplorerTraits;
export type Knob = Traits["_knobs"][number];
export type Lane = Traits["_lanes"][number];

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** Values of w and b beyond this have left every picture. */
export const FAR = 30;

const STATE = [
  ...["_tick", "_done", "_asked", "_knobs", "_lanes", "_steps", "_rows", "_last", "_start"],
  ...["_picture", "_limit", "_apart", "_line", "log_scale"],
];

/** What the rows of a lane hold. */
export const [LOSS, W, B] = [0, 1, 2] as const;

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** The place in `steps` that is looked at; null follows the newest. */
  place: number | null = null;
  steps!: Int32Array;
  #rows!: Float64Array;
  #last!: Float64Array;
  #start!: Float64Array;
  readonly #bin: Disposer;
  // What was turned here and is not answered yet.
  readonly #wanted = new Map<string, number | string>();
  #asked = 0;
  #stale = false;
  // When each position was taken that no picture shows yet.
  readonly #moves = new Map<number, number>();

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.#bin = bin;
    this.painter = new Painter(bin, "retrain_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.#answered());
    this.#asked = model.get("_asked");
    this.#read();
    // Not every host sets all traits before it tells of the first.
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.#heard());
    this.#drive();
  }

  get lanes(): readonly Lane[] {
    return this.model.get("_lanes");
  }

  /** The lanes that can run here. */
  get running(): readonly Lane[] {
    return this.lanes.filter((lane) => lane.here);
  }

  /** How many steps the training is to take. */
  get count(): number {
    return this.steps.at(-1) ?? 1;
  }

  /** What is shown of a knob: what was asked for last, else what Python says. */
  value(knob: Knob): number {
    const wanted = this.#wanted.get(knob.name);
    return typeof wanted === "number" ? wanted : knob.value;
  }

  /** The optimizer that is shown. */
  get optimizer(): string {
    return String(this.#wanted.get("optimizer") ?? this.model.get("optimizer"));
  }

  /** The numbers of a lane over `steps`: its loss, its w or its b. */
  row(lane: number, which: number): Float64Array {
    const n = this.steps.length;
    const width = this.#rows.length / (this.lanes.length * n) || 1;
    const start = (lane * width + which) * n;
    return this.#rows.subarray(start, start + n);
  }

  /** One number of a lane at the step that is looked at; NaN where it has not been. */
  now(lane: number, which: number): number {
    if (this.place !== null) return this.row(lane, which)[this.place] ?? NaN;
    const width = this.#last.length / this.lanes.length;
    const value = this.#last[lane * width + which] ?? NaN;
    // Nothing done yet: where it begins.
    return Number.isNaN(value) && which !== LOSS ? this.#start[which - 1] ?? NaN : value;
  }

  /** The step at which a lane is looked at. */
  step(lane: Lane): number {
    return this.place === null ? lane.done : Math.min(lane.done, this.steps[this.place] ?? 0);
  }

  /** w and b to begin with. */
  get start(): Float64Array {
    return this.#start;
  }

  /** The share of the steps that the slowest lane has taken. */
  get progress(): number {
    const going = this.running.filter((lane) => !lane.ending);
    return going.length ? Math.min(...going.map((lane) => lane.done)) / this.count : 1;
  }

  /** Trains anew from another position; while dragging newest wins, at release it always goes. */
  turn(name: string, value: number | string, last: boolean): void {
    this.#wanted.set(name, value);
    this.#asked += 1;
    this.#moves.set(this.#asked, performance.now());
    const position = { values: Object.fromEntries(this.#wanted), asked: this.#asked };
    this.link.commands[last ? "now" : "newest"]("turn", "turn", position);
    this.painter.changed();
  }

  /** Looks at a step, or (null) at the newest. */
  look(place: number | null): void {
    this.place = place === null || place >= this.steps.length - 1 ? null : Math.max(0, place);
    this.painter.changed();
  }

  /** Looks at the place nearest to a step. */
  lookAt(step: number): void {
    const every = this.steps.length > 1 ? this.steps[1]! - this.steps[0]! : 1;
    this.look(Math.round((step - this.steps[0]!) / every));
  }

  scale(log: boolean): void {
    this.model.set("log_scale", log);
    this.model.save_changes();
  }

  /** Takes in what has changed; called before each drawing, as traits change many at once. */
  refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#read();
  }

  #heard(): void {
    this.#stale = true;
    this.#measure(this.model.get("_asked"));
    this.#answered();
  }

  /** Notes how long it took from a move of a knob to the first picture of what came of it. */
  #measure(asked: number): void {
    const start = this.#moves.get(asked);
    if (start === undefined) return;
    for (const move of [...this.#moves.keys()]) if (move <= asked) this.#moves.delete(move);
    // After the frame in which the painter draws.
    this.#bin.frame(() => performance.measure("retrain_explorer:turn", { start }));
  }

  /** Python has answered something: what it has taken over, or refused, is wanted no more. */
  #answered(): void {
    if (!this.link.commands.pending("turn")) this.#wanted.clear();
    this.painter.changed();
    this.#drive();
  }

  /** Asks for the next slice as long as there is one to come, and nothing else under way. */
  #drive(): void {
    const { commands } = this.link;
    if (this.model.get("_done") || this.link.gone || commands.refusal?.key === "more") return;
    if (commands.pending("turn") || commands.pending("more")) return;
    commands.now("more", "more");
  }

  #read(): void {
    const { model } = this;
    this.steps = unpack(model.get("_steps"));
    this.#rows = unpack(model.get("_rows"));
    this.#last = unpack(model.get("_last"));
    this.#start = unpack(model.get("_start"));
    if (this.place !== null && this.place >= this.steps.length - 1) this.place = null;
  }
}
