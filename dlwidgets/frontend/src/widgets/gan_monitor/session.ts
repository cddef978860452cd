/** What the browser knows of two nets that train against each other: one for each model. */

import type { GanMonitorTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = GanMonitorTraits;
export type Found = Traits["_findings"][number];

/** What a row of `_readings` holds, in this order. */
export const COLUMNS = [
  ...["step", "loss_d", "loss_g", "real", "fake", "grad_d", "grad_g", "spread", "covered"],
] as const;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** The samples of one look. */
export interface Shot {
  readonly step: number;
  readonly columns: number;
  /** How many there are, and how large each is. */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
  readonly scores: Float32Array;
  readonly guesses: Int8Array;
  readonly asked: Int16Array;
}

const STATE = ["state", "frame", "_title", "_phase", "_about", "_findings"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** The step of each shot of the film. */
  steps!: Int32Array;
  shot!: Shot;
  /** The shot that the user asked for, while Python has not shown it yet. */
  wanted: number | null = null;
  /** Counts what has been read anew, for charts that draw at a change. */
  version = 0;
  readonly #views = new Set<() => void>();
  #readings = new Float32Array(0);
  #rows = 0;
  #drawn = 0;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "gan_monitor");
    this.link = new Link(model as Model<unknown>, bin, () => this.#answered());
    this.#read();
    this.#take();
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.painter.changed());
    for (const name of ["_steps", "_readings"]) {
      bin.follow(model, `change:${name}`, () => this.#read());
    }
    bin.follow(model, "change:_shown", () => this.#take());
    bin.follow(model, "change:_tick", () => this.painter.changed());
    bin.add(this.painter.watch(() => this.#acknowledge()));
  }

  /** Calls `draw` before the next repaint after any change, and tells Python that somebody looks. */
  watch(draw: () => void): () => void {
    this.#views.add(draw);
    const end = this.painter.watch(draw);
    this.link.commands.now("hello", "hello");
    return () => {
      this.#views.delete(draw);
      end();
    };
  }

  /** One column of the readings; `null` where a number is not known. */
  column(name: typeof COLUMNS[number]): (number | null)[] {
    const at = COLUMNS.indexOf(name);
    return Array.from({ length: this.#rows }, (_, row) => {
      const value = this.#readings[row * COLUMNS.length + at]!;
      return Number.isFinite(value) ? value : null;
    });
  }

  /** The place in the film that is shown, or asked for. */
  get at(): number {
    if (this.wanted !== null) return this.wanted;
    const frame = this.model.get("frame");
    return frame < 0 ? this.steps.length - 1 : frame;
  }

  /** Whether the newest shot is followed. */
  get follows(): boolean {
    return this.wanted === null && this.model.get("frame") < 0;
  }

  /** Shows the shot at a place; the last one follows what comes. */
  look(place: number): void {
    const last = this.steps.length - 1;
    const kept = Math.max(0, Math.min(last, place));
    this.wanted = kept;
    this.link.commands.newest("look", "look", kept === last ? -1 : kept);
    this.painter.changed();
  }

  #answered(): void {
    if (!this.link.commands.pending("look")) this.wanted = null;
    this.painter.changed();
  }

  #read(): void {
    const readings = this.model.get("_readings");
    this.steps = unpack(this.model.get("_steps") as never) as Int32Array;
    this.#readings = unpack(readings as never) as Float32Array<ArrayBuffer>;
    this.#rows = readings.shape[0] ?? 0;
    this.version += 1;
    this.painter.changed();
  }

  #take(): void {
    const { asked, columns, guesses, scores, step, tiles } = this.model.get("_shown");
    const [count, height, width, channels] = tiles.shape as [number, number, number, number];
    this.shot = {
      ...{ step, columns, count, height, width, channels },
      pixels: unpack(tiles) as Uint8Array,
      scores: unpack(scores) as Float32Array,
      guesses: unpack(guesses) as Int8Array,
      asked: unpack(asked) as Int16Array,
    };
    this.painter.changed();
  }

  /** Says what has been drawn: a page in the background draws nothing, and asks for nothing. */
  #acknowledge(): void {
    const tick = this.model.get("_tick");
    if (tick <= this.#drawn || this.link.gone || this.#views.size === 0) return;
    this.#drawn = tick;
    this.link.commands.tell("drawn", tick);
  }
}
