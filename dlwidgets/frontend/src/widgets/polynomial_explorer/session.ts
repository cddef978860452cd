/** What the browser knows of the fits: those of every degree, so that the slider asks nobody. */

import type { PolynomialExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = PolynomialExplorerTraits;
export type Regime = Traits["_regimes"][number];

/** What is asked of Python. */
export type Asked = Pick<Traits, "ridge" | "noise" | "count" | "seed">;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

const ASKED = ["ridge", "noise", "count", "seed"] as const;
const SHOWN = ["_points", "_test", "_along", "_curves", "_truth", "_coefficients", "_errors"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** Grows with each answer of Python. */
  version = 0;
  points!: Float64Array;
  test!: Float64Array;
  along!: Float64Array;
  truth!: Float64Array;
  errors!: readonly [Float64Array, Float64Array];
  #curves!: Float64Array;
  #coefficients!: Float64Array;
  #draft: Asked | null = null;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "polynomial_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.painter.changed());
    this.#read();
    for (const name of [...SHOWN, ...ASKED, "_regimes", "_best", "_code"]) {
      bin.follow(model, `change:${name}`, () => {
        this.#read();
        this.painter.changed();
      });
    }
    bin.follow(model, "change:degree", () => this.painter.changed());
  }

  get degree(): number {
    return this.model.get("degree");
  }

  /** How many degrees there are, from 0. */
  get degrees(): number {
    return this.errors[0].length;
  }

  get regime(): Regime {
    return this.model.get("_regimes")[this.degree] ?? "good";
  }

  /** What was asked last, also before it is answered; a refusal takes it back. */
  get asked(): Asked {
    if (this.#draft && this.link.commands.pending("set")) return this.#draft;
    this.#draft = null;
    const { model } = this;
    return {
      ridge: model.get("ridge"),
      noise: model.get("noise"),
      count: model.get("count"),
      seed: model.get("seed"),
    };
  }

  /** The values of a degree along x. */
  curve(degree: number): Float64Array {
    const n = this.along.length;
    return this.#curves.subarray(degree * n, (degree + 1) * n);
  }

  /** The coefficients of a degree, the constant first. */
  coefficients(degree: number): Float64Array {
    const n = this.degrees;
    return this.#coefficients.subarray(degree * n, degree * n + degree + 1);
  }

  /** Draws another degree. */
  choose(degree: number): void {
    const kept = Math.max(0, Math.min(this.degrees - 1, Math.round(degree)));
    if (!Number.isFinite(kept) || kept === this.degree) return;
    this.model.set("degree", kept);
    this.model.save_changes();
  }

  /** Asks Python for other fits; `dragging` while more values will follow. */
  ask(change: Partial<Asked>, dragging = false): void {
    this.#draft = { ...this.asked, ...change };
    if (dragging) this.link.commands.newest("set", "set", this.#draft);
    else this.link.commands.now("set", "set", this.#draft);
    this.painter.changed();
  }

  #read(): void {
    const { model } = this;
    this.points = unpack(model.get("_points"));
    this.test = unpack(model.get("_test"));
    this.along = unpack(model.get("_along"));
    this.truth = unpack(model.get("_truth"));
    this.#curves = unpack(model.get("_curves"));
    this.#coefficients = unpack(model.get("_coefficients"));
    const errors = unpack(model.get("_errors"));
    const n = errors.length / 2;
    this.errors = [errors.subarray(0, n), errors.subarray(n)];
    this.version += 1;
  }
}

/** The colour of each regime; words stand beside it wherever it is used. */
export const TONES = {
  under: "--dlw-series-1",
  good: "--dlw-series-3",
  over: "--dlw-series-2",
} as const;
