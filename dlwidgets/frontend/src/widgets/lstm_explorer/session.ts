/** What the page shows of a recurrent net; the kernel computes, the page moves through time. */

import type { LSTMExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { type Film, Player } from "../../lib/player.ts";
import type { Scene } from "../../lib/view.ts";
import { held } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";
export { held } from "../../lib/wire.ts";

export type Traits = LSTMExplorerTraits;
export type Net = Traits["_net"];

export const TABS = ["sums", "hold", "memory", "output"] as const;
export type Tab = (typeof TABS)[number];

/** Whether the maps show values, or how far these are from those before the changes. */
export type Shown = "values" | "change";

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** Steps a second that playing begins with. */
const SPEED = 5;

const STATE = [
  ...["layer", "direction", "sequence", "window", "tab", "_net", "_notes", "_columns", "_rows"],
  ...["_features", "_maps", "_maps_before", "_lines", "_lines_before", "_sums", "_ends"],
  ...["_ends_before", "_x", "_x_before", "_reach", "_words", "_word", "_vocab", "_held", "_memory"],
  ...["_outputs", "_output", "_apart", "_changed", "_broken", "_stale", "_code"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  readonly player: Player;
  readonly film: Film;
  step: number;
  unit: number;
  shown: Shown = "values";
  /** The unit under the pointer, whose course is looked at in passing. */
  hover: number | null = null;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "lstm_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    this.step = model.get("step");
    this.unit = model.get("unit");
    this.film = {
      length: () => this.net.steps,
      at: () => this.step,
      go: (step) => this.go(step, this.unit),
    };
    this.player = new Player(bin, this.film, () => this.changed(), SPEED);
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.changed());
    for (const name of ["step", "unit"]) bin.follow(model, `change:${name}`, () => this.#told());
    bin.follow(model, "msg:custom", () => {
      this.#told();
      this.#progress();
    });
    bin.follow(model, "change:_progress", () => this.#progress());
    this.#progress();
  }

  get net(): Net {
    return this.model.get("_net");
  }

  /** Whether what is drawn belongs to the step and unit under the cursor. */
  get settled(): boolean {
    return this.step === this.model.get("step") && this.unit === this.model.get("unit");
  }

  /** The gate's ablation at the place that is shown, if it holds there; the last one counts. */
  held(gate: string): Traits["_held"][number] | undefined {
    const reverse = this.model.get("direction") === "reverse";
    return this.model.get("_held").findLast((one) =>
      one.gate === gate && one.layer === this.model.get("layer") && one.reverse === reverse &&
      one.since <= this.model.get("step") && (one.unit < 0 || one.unit === this.model.get("unit"))
    );
  }

  /** The column in which a step stands: its own, or the last one before it. */
  column(step: number): number {
    const columns = held(this.model.get("_columns"));
    let found = 0;
    while (found + 1 < columns.length && columns[found + 1]! <= step) found++;
    return found;
  }

  /** The unit whose course is drawn. */
  get looked(): number {
    return this.hover ?? this.unit;
  }

  /** A unit's course, one number a column; under the pointer it is read from the maps. */
  course(when: "now" | "before"): Readonly<Record<string, ArrayLike<number>>> {
    const exact = this.model.get(when === "now" ? "_lines" : "_lines_before");
    const maps = this.model.get(when === "now" ? "_maps" : "_maps_before");
    if (this.looked === this.unit) {
      return Object.fromEntries(Object.entries(exact).map(([name, one]) => [name, held(one)]));
    }
    const row = held(this.model.get("_rows")).indexOf(this.looked);
    return Object.fromEntries(
      Object.entries(maps).filter(([name, { shape }]) => name !== "x" && row < shape[0]!).map(
        ([name, one]) => {
          const wide = one.shape[1]!;
          return [name, held(one).subarray(row * wide, (row + 1) * wide)];
        },
      ),
    );
  }

  /** Looks at a unit in passing. */
  pass(unit: number | null): void {
    if (unit === this.hover) return;
    this.hover = unit;
    this.changed();
  }

  go(step: number, unit: number): void {
    const { hidden, steps } = this.net;
    this.step = Math.max(0, Math.min(steps - 1, step));
    this.unit = Math.max(0, Math.min(hidden - 1, unit));
    this.link.commands.newest("go", "go", { step: this.step, unit: this.unit });
    this.changed();
  }

  edit(feature: number, value: number, final: boolean): void {
    this.#send("edit", { step: this.step, feature, value }, final);
  }

  speak(word: string): void {
    this.link.commands.now("edit", "speak", { step: this.step, word });
  }

  tell(cmd: "hold" | "release" | "restore" | "refresh" | "turn" | "look", value: unknown = null) {
    if (cmd === "look" || cmd === "turn") this.player.pause();
    this.link.commands.now(cmd, cmd, value);
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.changed();
  }

  changed(): void {
    if (!this.model.get("_changed")) this.shown = "values";
    this.painter.changed();
  }

  #send(key: string, value: unknown, final: boolean): void {
    if (final) this.link.commands.now(key, key, value);
    else this.link.commands.newest(key, key, value);
  }

  /** Takes the place that Python says, unless the hand has moved on since. */
  #told(): void {
    if (!this.link.commands.pending("go")) {
      this.step = this.model.get("step");
      this.unit = this.model.get("unit");
    }
    this.changed();
  }

  /** A long computation goes on while the page asks for more of it. */
  #progress(): void {
    if (this.model.get("_progress") < 1) this.link.commands.newest("more", "more", null);
    this.changed();
  }
}
