/** What the browser knows of the functions: their curves, as torch has computed them. */

import type { ActivationExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = ActivationExplorerTraits;
export type Row = Traits["_rows"][number];

/** How the weights of the stack may be drawn, in the order of the arrays. */
export const INITS = ["pytorch", "xavier", "kaiming"] as const;

/** At most this much of a gradient passes where a function counts as flat. */
export const FLAT = 0.05;

/** One function: its formulas, and its curves over the axis. */
export interface Activation extends Row {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** The gradient by layer, for each of `INITS`. */
  readonly flows: readonly Float64Array[];
  /** The share of the inputs where it is flat; undefined without inputs. */
  readonly flat: number | undefined;
}

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

const CURVES = ["_rows", "_x", "_y", "_dy", "_flow", "_inputs", "_outside", "_flat"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  x = new Float64Array();
  inputs = new Float64Array();
  functions: readonly Activation[] = [];
  /** Counts the changes of curves. */
  version = 0;
  #stale = true;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "activation_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    for (const name of ["probe", "init"]) bin.follow(model, `change:${name}`, () => this.changed());
    for (const name of CURVES) {
      bin.follow(model, `change:${name}`, () => {
        // They come together; they are read when all are there.
        this.#stale = true;
        this.changed();
      });
    }
  }

  /** Reads the curves again if they have changed. */
  read(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.version++;
    const { model } = this;
    this.x = unpack(model.get("_x"));
    this.inputs = unpack(model.get("_inputs"));
    const [y, dy, flow] = [model.get("_y"), model.get("_dy"), model.get("_flow")].map(unpack);
    const flat = unpack(model.get("_flat"));
    const [n, depth] = [this.x.length, model.get("_flow").shape[2] ?? 0];
    this.functions = model.get("_rows").map((row, i) => ({
      ...row,
      values: y!.subarray(i * n, (i + 1) * n),
      slopes: dy!.subarray(i * n, (i + 1) * n),
      flows: INITS.map((_, k) => {
        const start = (i * INITS.length + k) * depth;
        return flow!.subarray(start, start + depth);
      }),
      flat: flat[i],
    }));
  }

  /** The place of the probe on the axis. */
  get place(): number {
    const [first, last] = [this.x[0]!, this.x.at(-1)!];
    const part = (this.model.get("probe") - first) / (last - first);
    return Math.max(0, Math.min(this.x.length - 1, Math.round(part * (this.x.length - 1))));
  }

  /** Puts the probe on a place of the axis. */
  move(place: number): void {
    const kept = Math.max(0, Math.min(this.x.length - 1, Math.round(place)));
    if (kept === this.place || !Number.isFinite(kept)) return;
    this.model.set("probe", this.x[kept]!);
    this.model.save_changes();
  }

  /** Puts the probe on the place nearest to `x`. */
  moveTo(x: number): void {
    const [first, last] = [this.x[0]!, this.x.at(-1)!];
    this.move((this.x.length - 1) * (x - first) / (last - first));
  }

  /** Chooses how the weights of the stack are drawn. */
  draw(init: Traits["init"]): void {
    this.model.set("init", init);
    this.model.save_changes();
  }

  changed(): void {
    this.painter.changed();
  }
}
