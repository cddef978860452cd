/** What the browser knows of a sweep: all of it, so that choosing a run asks nobody. */

import type { SweepExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import { quantity } from "../../lib/format.ts";
import type { Model } from "../../lib/host.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = SweepExplorerTraits;
export type Zone = Traits["_zones"][number];

/** An option that was swept: what its values are called, and where they stand on an axis. */
export interface Axis {
  readonly name: string;
  readonly labels: readonly string[];
  readonly values: Float64Array;
  readonly log: boolean;
}

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly axes: readonly Axis[];
  readonly steps: Int32Array;
  readonly start: number;
  readonly final: Float64Array;
  readonly test: Float64Array;
  readonly accuracy: Float64Array;
  readonly #losses: Float32Array;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "sweep_explorer");
    this.axes = model.get("_axes").map((axis) => ({ ...axis, values: unpack(axis.values) }));
    this.steps = unpack(model.get("_steps"));
    this.start = unpack(model.get("_start"))[0] ?? NaN;
    this.final = unpack(model.get("_final"));
    this.test = unpack(model.get("_test"));
    this.accuracy = unpack(model.get("_accuracy"));
    this.#losses = unpack(model.get("_losses"));
    for (const name of ["run", "log_scale"]) {
      bin.follow(model, `change:${name}`, () => this.painter.changed());
    }
  }

  /** How many runs there are. */
  get runs(): number {
    return this.final.length;
  }

  /** The run that is chosen. */
  get run(): number {
    return this.model.get("run");
  }

  /** What became of a run. */
  zone(run: number): Zone {
    return this.model.get("_zones")[run] ?? "diverged";
  }

  /** The losses of a run at `steps`; NaN once it has diverged. */
  losses(run: number): Float32Array {
    const n = this.steps.length;
    return this.#losses.subarray(run * n, (run + 1) * n);
  }

  /** Where a run stands on each axis; the last axis turns fastest. */
  places(run: number): number[] {
    const wide = this.axes[1]?.values.length ?? 1;
    return this.axes.length > 1 ? [Math.floor(run / wide), run % wide] : [run];
  }

  /** The run at these places. */
  at(places: readonly number[]): number {
    return this.axes.length > 1
      ? places[0]! * this.axes[1]!.values.length + places[1]!
      : places[0]!;
  }

  /** How people call a run: "lr 0.1, momentum 0.9". */
  name(run: number): string {
    const places = this.places(run);
    return this.axes.map(({ name, labels }, i) => `${name} ${labels[places[i]!]}`).join(", ");
  }

  /** The final loss of a run, or NaN where it diverged; to be drawn on a scale. */
  end(run: number): number {
    return this.zone(run) === "diverged" ? NaN : this.final[run]!;
  }

  /** Chooses a run. */
  choose(run: number): void {
    const kept = Math.max(0, Math.min(this.runs - 1, Math.round(run)));
    if (kept === this.run || !Number.isFinite(kept)) return;
    this.model.set("run", kept);
    this.model.save_changes();
  }

  /** Sets the scale of losses. */
  scale(log: boolean): void {
    this.model.set("log_scale", log);
    this.model.save_changes();
  }
}

/** The least and the greatest loss that a chart shows: runs that diverge leave it at the top. */
export function lossRange(session: Session, log: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let run = 0; run < session.runs; run++) {
    if (session.zone(run) === "diverged") continue;
    for (const loss of session.losses(run)) {
      if (!Number.isFinite(loss) || (log && loss <= 0)) continue;
      low = Math.min(low, loss);
      high = Math.max(high, loss);
    }
  }
  // One wild step of a run that recovers must not press all others flat.
  if (session.start > 0) high = Math.min(high, 3 * session.start);
  if (low < high) return [log ? low : Math.min(0, low), high];
  return session.start > 0 ? [session.start / 10, 3 * session.start] : [log ? 0.1 : 0, 1];
}

/** A loss in words; a loss that is no number was thrown away on the way. */
export function lossText(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "NaN" : quantity(value, 4);
}
