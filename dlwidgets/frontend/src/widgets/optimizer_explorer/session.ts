/** What the browser knows of a race: paths and records as torch made them, and where it stands. */

import type { OptimizerExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { type Film, Player } from "../../lib/player.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import { apart, type Record_ } from "./record.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = OptimizerExplorerTraits;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** One racer, with the values of its options. */
export interface Racer {
  readonly name: string;
  readonly tuned: boolean;
  readonly schedule: string;
  readonly code: string;
  /** The step at which a number was not finite, or -1. */
  readonly stopped: number;
  readonly stages: readonly {
    readonly begin: number;
    readonly title: string;
    readonly source: string;
    readonly options: readonly string[];
    readonly flags: readonly string[];
    readonly values: Float64Array;
  }[];
  /** (steps + 1, 2). */
  readonly points: Float64Array;
  readonly losses: Float64Array;
  readonly record: Record_;
}

const STATE = [
  ...["_surface", "_source", "_names", "_window", "_map", "_start", "_steps", "_racers"],
  ...["_points", "_losses", "_records", "_curves", "_samples", "_schedules", "_rates", "_asked"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  readonly film: Film;
  readonly player: Player;
  racers: readonly Racer[] = [];
  /** x from, x to, y from, y to; empty for the net. */
  window = new Float64Array();
  start = new Float64Array(2);
  /** Counts the changes of what torch has computed, and of the surface alone. */
  version = 0;
  ground = 0;
  /** Which place is shown; the trait follows when nothing is playing. */
  at: number;
  #asked = 0;
  #stale = true;
  #map: unknown = null;
  readonly #apart = new Map<Racer, number | null>();

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "optimizer_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    this.at = model.get("step");
    this.film = {
      length: () => model.get("_steps") + 1,
      at: () => this.at,
      go: (place) => this.#go(place),
    };
    this.player = new Player(bin, this.film, () => this.#paused(), 20);
    bin.follow(model, "change:step", () => {
      if (!this.player.playing) this.at = model.get("step");
      this.changed();
    });
    for (const name of ["racer", "number", "tab"]) {
      bin.follow(model, `change:${name}`, () => this.changed());
    }
    for (const name of STATE) {
      bin.follow(model, `change:${name}`, () => {
        // They come together; they are read when all are there.
        this.#stale = true;
        this.changed();
      });
    }
    // What Python refused is to be undone.
    bin.follow(model, "msg:custom", () => {
      this.#stale = true;
      this.changed();
    });
    this.read();
  }

  get steps(): number {
    return this.model.get("_steps");
  }

  /** The racer whose steps are taken apart. */
  get chosen(): number {
    return Math.min(this.model.get("racer"), this.racers.length - 1);
  }

  /** Which step the breakdown shows, from 0: the one that led to the place that is shown. */
  get step(): number {
    const { stopped } = this.racers[this.chosen]!;
    const steps = stopped < 0 ? this.steps : stopped;
    return Math.min(Math.max(0, this.at - 1), Math.max(0, steps - 1));
  }

  /** How far the page's lines are from torch, as a share; null where none are known. */
  get apart(): number | null {
    const racer = this.racers[this.chosen]!;
    if (!this.#apart.has(racer)) {
      this.#apart.set(
        racer,
        apart(racer.record, racer.stopped < 0 ? this.steps : racer.stopped),
      );
    }
    return this.#apart.get(racer)!;
  }

  /** Whether Python is still running what was asked for. */
  get waiting(): boolean {
    return ["start", "race"].some((key) => this.link.commands.pending(key));
  }

  /** Reads what Python has computed, if it has changed. */
  read(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.version++;
    this.#apart.clear();
    const { model } = this;
    if (model.get("_map") !== this.#map) this.ground++;
    this.#map = model.get("_map");
    this.window = unpack(model.get("_window"));
    if (!this.link.commands.pending("start")) {
      this.start = unpack(model.get("_start"));
      this.#asked = model.get("_asked");
    }
    const [points, losses] = [unpack(model.get("_points")), unpack(model.get("_losses"))];
    const n = this.steps + 1;
    const rows = model.get("_racers");
    const records = model.get("_records");
    this.racers = rows.map((row, i) => {
      const own = points.subarray(2 * n * i, 2 * n * (i + 1));
      const record = records[i]!;
      return {
        ...row,
        stages: row.stages.map((one) => ({ ...one, values: unpack(one.values) })),
        points: own,
        losses: losses.subarray(n * i, n * (i + 1)),
        record: {
          ...record,
          gradients: unpack(record.gradients),
          held: unpack(record.held),
          before: unpack(record.before),
          after: unpack(record.after),
          points: own,
        },
      };
    });
  }

  /** Begins somewhere else; the paths follow when torch has run them. */
  begin(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.start = Float64Array.of(x, y);
    this.#asked++;
    this.link.commands.newest("start", "start", { x, y, asked: this.#asked });
    this.changed();
  }

  /** Asks Python to change something about the race. */
  ask(cmd: string, value: unknown): void {
    this.link.commands.now("race", cmd, value);
  }

  /** Saves what belongs to the page alone. */
  choose(change: Partial<Pick<Traits, "racer" | "number" | "tab">>): void {
    for (const [name, value] of Object.entries(change)) {
      this.model.set(name as "racer", value as number);
    }
    this.model.save_changes();
  }

  changed(): void {
    this.painter.changed();
  }

  #go(place: number): void {
    this.at = place;
    if (!this.player.playing) this.#keep();
    this.changed();
  }

  #paused(): void {
    if (!this.player.playing) this.#keep();
    this.changed();
  }

  #keep(): void {
    if (this.model.get("step") === this.at) return;
    this.model.set("step", this.at);
    this.model.save_changes();
  }
}
