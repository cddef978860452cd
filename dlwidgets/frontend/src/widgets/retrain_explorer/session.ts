/** What the page knows of a training: where its knobs stand, and how far it has come. */

import type { RetrainExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import type { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { Turning } from "../../lib/turning.ts";
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
  readonly turning: Turning;
  /** The place in `steps` that is looked at; null follows the newest. */
  place: number | null = null;
  steps!: Int32Array;
  #rows!: Float64Array;
  #last!: Float64Array;
  #start!: Float64Array;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "retrain_explorer");
    this.#read();
    this.turning = new Turning(
      model as unknown as Model<Pick<Traits, "_asked" | "_done">>,
      bin,
      this.painter,
      {
        name: "retrain_explorer",
        state: STATE,
      },
    );
  }

  get link(): Link {
    return this.turning.link;
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
    const wanted = this.turning.wanted(knob.name);
    return typeof wanted === "number" ? wanted : knob.value;
  }

  /** The optimizer that is shown. */
  get optimizer(): string {
    return String(this.turning.wanted("optimizer") ?? this.model.get("optimizer"));
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
    this.turning.turn(name, value, last);
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

  /** Takes in what has changed; called before each drawing. */
  refresh(): void {
    if (this.turning.takeIn()) this.#read();
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
