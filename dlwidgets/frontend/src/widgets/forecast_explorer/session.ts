/** What the page knows of a forecast: where the knobs stand, which days are seen, which is read. */

import type { ForecastExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import type { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { Turning } from "../../lib/turning.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";
import { panned, type Span, zoomed } from "./zoom.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = ForecastExplorerTraits;
export type Knob = Traits["_knobs"][number];
export type Name = Traits["shown"][number];
export type Text = Traits["_title"];

/** The forecasts in the order of the errors. */
export const NAMES = ["one_step", "naive", "free_running", "naive_free"] as const;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

const STATE = [
  ...["_tick", "_done", "_asked", "_knobs", "_row", "_steps", "_losses", "_one_step", "_free"],
  ...["_scores", "_verdicts", "_better", "_state", "_line", "log_scale", "shown", "residuals"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly turning: Turning;
  readonly truth: Float64Array;
  readonly #dates: Float64Array;
  readonly #clock: boolean;
  /** The days that are seen. */
  span: Span;
  /** The day that is read; null is the last one. */
  place: number | null = null;
  losses!: Float64Array;
  steps!: Int32Array;
  scores!: Float64Array;
  #from: readonly unknown[] = [];
  #forecasts!: Readonly<Record<Name, Float64Array>>;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "forecast_explorer");
    this.truth = unpack(model.get("_truth"));
    this.#dates = unpack(model.get("_dates"));
    this.#clock = this.#dates.some((day) => day % 86_400_000 !== 0);
    this.span = [0, this.last];
    this.#read();
    const turned = model as unknown as Model<Pick<Traits, "_asked" | "_done">>;
    this.turning = new Turning(turned, bin, this.painter, {
      name: "forecast_explorer",
      state: STATE,
    });
  }

  get link(): Link {
    return this.turning.link;
  }

  get last(): number {
    return this.truth.length - 1;
  }

  /** Where a knob stands: what was asked for last, else what Python says. */
  value(knob: Knob): number {
    const wanted = this.turning.wanted(knob.name);
    return typeof wanted === "number" ? wanted : knob.value;
  }

  knob(name: string): Knob {
    return this.model.get("_knobs").find((one) => one.name === name)!;
  }

  /** The first day of the test part, as asked for last. */
  get split(): number {
    const wanted = this.turning.wanted("split");
    return typeof wanted === "number"
      ? Math.round(wanted * this.truth.length)
      : this.model.get("_row");
  }

  /** Moves the split to a row, as far as the series allows. */
  divide(row: number, last: boolean): void {
    const { low, high } = this.knob("split");
    const days = this.truth.length;
    const kept = Math.min(Math.round(high * days), Math.max(Math.round(low * days), row));
    this.turning.turn("split", Math.round(kept) / days, last);
  }

  /** The forecasts of all days, NaN where there is none. */
  forecast(name: Name): Float64Array {
    return this.#forecasts[name];
  }

  /** The day of a row as text; without days its number. */
  day(row: number, short = false): string {
    const at = this.#dates[row];
    if (at === undefined) return this.#dates.length ? "" : String(row);
    const text = new Date(at).toISOString();
    return this.#clock && !short ? text.slice(0, 16).replace("T", " ") : text.slice(0, 10);
  }

  get dated(): boolean {
    return this.#dates.length > 0;
  }

  /** The first and the last day that are seen. */
  get seen(): [string, string] {
    return [this.day(Math.ceil(this.span[0])), this.day(Math.floor(this.span[1]))];
  }

  /** The row that is read. */
  get reading(): number {
    return this.place ?? this.last;
  }

  look(row: number): void {
    this.place = Math.max(0, Math.min(this.last, Math.round(row)));
    this.painter.changed();
  }

  /** Sees `factor` times as many days; the row `at` stays where it is. */
  zoom(factor: number, at = (this.span[0] + this.span[1]) / 2): void {
    this.see(zoomed(this.span, factor, at, this.last));
  }

  /** Moves on by a share of what is seen. */
  pan(share: number): void {
    this.see(panned(this.span, share * (this.span[1] - this.span[0]), this.last));
  }

  see(span: Span): void {
    this.span = span;
    this.painter.changed();
  }

  /** Sees the test part, and a little of what is before. */
  seeTest(): void {
    const before = Math.max(2, Math.ceil(0.05 * (this.last - this.split)));
    this.see(zoomed([this.split - before, this.last], 1, this.last, this.last));
  }

  toggle(name: Name): void {
    const shown = this.model.get("shown");
    this.set("shown", NAMES.filter((one) => (one === name) !== shown.includes(one)));
  }

  set<K extends "shown" | "residuals" | "log_scale">(name: K, value: Traits[K]): void {
    this.model.set(name, value);
    this.model.save_changes();
  }

  /** Takes in what has changed; called before each drawing. */
  refresh(): void {
    if (this.turning.takeIn()) this.#read();
  }

  #read(): void {
    const { model } = this;
    this.steps = unpack(model.get("_steps"));
    this.losses = unpack(model.get("_losses"));
    this.scores = unpack(model.get("_scores"));
    // These are as long as the series, and stay over many slices.
    const made = [model.get("_one_step"), model.get("_free"), model.get("_row")] as const;
    const from = [...made, model.get("horizon")];
    if (from.every((one, i) => one === this.#from[i])) return;
    this.#from = from;
    const [one, free, split] = [unpack(made[0]), this.#nothing(), made[2]];
    free.set(unpack(made[1]), split);
    this.#forecasts = {
      one_step: one.length ? one : this.#nothing(),
      naive: this.#known(split, 1),
      free_running: free,
      naive_free: this.#known(split, model.get("horizon")),
    };
  }

  #nothing(): Float64Array {
    return new Float64Array(this.truth.length).fill(NaN);
  }

  /** Each day of the test part as the last true day before its run of `every` days. */
  #known(split: number, every: number): Float64Array {
    const values = this.#nothing();
    for (let i = split; i < values.length; i++) {
      values[i] = this.truth[split + Math.floor((i - split) / every) * every - 1]!;
    }
    return values;
  }
}
