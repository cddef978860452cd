/** What the browser knows of a comparison: all of it, so that looking asks nobody. */

import type { RegularizationExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { type Look, look } from "../../lib/palette.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = RegularizationExplorerTraits;
export type Lens = Traits["lens"];
export const LENSES: readonly Lens[] = ["dropout", "batch_norm", "weights", "signal"];

/** Parts of the data, and modes of the model, as they stand in `losses`. */
export const [TRAIN, TEST] = [0, 1] as const;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  /** The name of the page's radio groups. */
  readonly group: string;
}

/** A number at each epoch: mean, least and greatest over the seeds; NaN once one has diverged. */
export interface Spread {
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A dropout layer and one batch, in several passes. */
export interface Dropout {
  readonly layer: string;
  readonly p: number;
  readonly samples: number;
  readonly units: number;
  readonly given: Float64Array;
  readonly passed: readonly Float64Array[];
}

const STATISTICS = [
  ...["weight", "bias", "batchMean", "batchVar", "runningMean", "runningVar"],
  ...["given", "trained", "evaluated"],
] as const;

/** A batch norm layer and one batch, a number of each feature. */
export interface Norm {
  readonly layer: string;
  readonly eps: number;
  readonly features: number;
  readonly of: Readonly<Record<string, Float64Array>>;
}

/** One arm. */
export interface Arm {
  readonly name: string;
  readonly kind: string;
  readonly strength: number | null;
  readonly look: Look;
  readonly best: number;
  readonly same: boolean;
  readonly seconds: number;
  readonly code: string;
  /** By part and mode. */
  readonly losses: readonly (readonly Spread[])[];
  readonly norms: Spread;
  /** The loss of one batch: in evaluation mode, then in passes in training mode. */
  readonly passes: Float64Array;
  readonly dropout: Dropout | null;
  readonly norm: Norm | null;
  readonly layers: readonly string[];
  readonly values: Float64Array;
  readonly gradients: Float64Array;
  readonly apart: Float64Array;
  readonly shares: Float64Array;
}

const STATE = ["arm", "shown", "epoch", "training", "log_scale", "lens"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  arms: readonly Arm[] = [];
  edges = new Float64Array();
  /** Grows whenever the arms are others. */
  version = 0;
  pass = 0;
  feature = 0;
  cell = 0;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "regularization_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.painter.changed());
    this.#read();
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.painter.changed());
    // Several traits change at once; before the next repaint they all have.
    for (const name of ["_arms", "_shares", "_edges"]) {
      bin.follow(model, `change:${name}`, () => {
        this.#read();
        this.painter.changed();
      });
    }
  }

  /** The arm that is looked into. */
  get arm(): Arm {
    const name = this.model.get("arm");
    return this.arms.find((one) => one.name === name) ?? this.arms[0]!;
  }

  /** The arms whose curves are drawn. */
  get shown(): readonly Arm[] {
    const names = this.model.get("shown");
    return this.arms.filter((one) => names.includes(one.name));
  }

  /** 1 in training mode, else 0: the place of the mode in `losses`. */
  get mode(): 0 | 1 {
    return this.model.get("training") ? 1 : 0;
  }

  /** What charts of all arms are drawn from, in one word. */
  get key(): string {
    return [this.version, this.model.get("arm"), ...this.model.get("shown")].join("\n");
  }

  /** Changes what is shown; Python hears of it. */
  set<K extends "arm" | "shown" | "epoch" | "training" | "log_scale" | "lens">(
    name: K,
    value: Traits[K],
  ): void {
    this.model.set(name, value);
    this.model.save_changes();
  }

  /** Draws the curves of an arm, or no longer. */
  toggle(name: string): void {
    const now = this.model.get("shown");
    const names = this.arms.map((one) => one.name);
    this.set("shown", names.filter((one) => now.includes(one) !== (one === name)));
  }

  /** Chooses the pass, the feature or the cell that is read. */
  look(place: Partial<Pick<Session, "pass" | "feature" | "cell">>): void {
    Object.assign(this, place);
    this.painter.changed();
  }

  /** Goes to an epoch; beyond the last one there is none. */
  goTo(epoch: number): void {
    const kept = Math.max(0, Math.min(this.model.get("_epochs"), Math.round(epoch)));
    if (Number.isFinite(kept) && kept !== this.model.get("epoch")) this.set("epoch", kept);
  }

  #read(): void {
    const [seeds, epochs] = [this.model.get("_seeds").length, this.model.get("_epochs") + 1];
    const shares = unpack(this.model.get("_shares"));
    this.edges = unpack(this.model.get("_edges"));
    const bins = this.edges.length - 1;
    this.arms = this.model.get("_arms").map((given, index) => {
      const size = seeds * epochs;
      const losses = unpack(given.losses);
      const at = (place: number): Spread =>
        spread(losses.subarray(place * size, (place + 1) * size), seeds);
      const signal = unpack(given.signal);
      const n = given.layers.length;
      const { name, kind, best, same, seconds, code, layers } = given;
      return {
        ...{ name, kind, best, same, seconds, code, layers },
        strength: unpack(given.strength)[0] ?? null,
        look: look(index),
        losses: [[at(0), at(1)], [at(2), at(3)]],
        norms: spread(unpack(given.norms), seeds),
        passes: unpack(given.passes),
        dropout: given.dropout ? dropout(given) : null,
        norm: given.norm ? norm(given) : null,
        values: signal.subarray(0, n),
        gradients: signal.subarray(n, 2 * n),
        apart: signal.subarray(2 * n),
        shares: shares.subarray(index * bins, (index + 1) * bins),
      };
    });
    this.version += 1;
  }
}

type Given = Traits["_arms"][number];

function dropout({ dropout: layer, p, given, passed }: Given): Dropout {
  const [samples, units] = given.shape as [number, number];
  const all = unpack(passed);
  const size = samples * units;
  return {
    ...{ layer, p, samples, units },
    given: unpack(given),
    passed: Array.from(
      { length: all.length / size },
      (_, i) => all.subarray(i * size, (i + 1) * size),
    ),
  };
}

function norm({ norm: layer, eps, statistics }: Given): Norm {
  const features = statistics.shape[1]!;
  const all = unpack(statistics);
  const of = Object.fromEntries(
    STATISTICS.map((name, i) => [name, all.subarray(i * features, (i + 1) * features)]),
  );
  return { layer, eps, features, of };
}

/** Mean, least and greatest of the rows of a table with a row for each seed. */
export function spread(values: Float64Array, seeds: number): Spread {
  const n = values.length / seeds;
  const [mean, low, high] = [0, 1, 2].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < n; i++) {
    const column = Array.from({ length: seeds }, (_, seed) => values[seed * n + i]!);
    mean[i] = column.reduce((a, b) => a + b, 0) / seeds;
    // Of what has a NaN in it, both are NaN.
    low[i] = Math.min(...column);
    high[i] = Math.max(...column);
  }
  return { mean, low, high };
}
