/** A training that Python begins anew when a knob is turned, and takes on a slice at a time. */

import type { Disposer } from "./dispose.ts";
import type { Model } from "./host.ts";
import { Link } from "./link.ts";
import type { Painter } from "./painter.ts";

/** What `widgets/retraining.py` gives such a widget. */
interface Traits {
  _asked: number;
  _done: boolean;
}

export class Turning {
  readonly link: Link;
  readonly #model: Model<Traits>;
  readonly #bin: Disposer;
  readonly #painter: Painter;
  readonly #name: string;
  // What was turned here and is not answered yet.
  readonly #wanted = new Map<string, number | string>();
  #asked: number;
  #stale = false;
  // When each position was taken that no picture shows yet.
  readonly #moves = new Map<number, number>();

  /** `name` is that of the widget; `state` are the traits that are drawn. */
  constructor(
    model: Model<Traits>,
    bin: Disposer,
    painter: Painter,
    { name, state }: { readonly name: string; readonly state: readonly string[] },
  ) {
    this.#model = model;
    this.#bin = bin;
    this.#painter = painter;
    this.#name = name;
    this.link = new Link(model as Model<unknown>, bin, () => this.#answered());
    this.#asked = model.get("_asked");
    // Not every host sets all traits before it tells of the first.
    for (const trait of state) bin.follow(model, `change:${trait}`, () => this.#heard());
    this.#drive();
  }

  /** What was asked of a knob and is not answered yet. */
  wanted(name: string): number | string | undefined {
    return this.#wanted.get(name);
  }

  /** Trains anew from another position; while dragging newest wins, at release it always goes. */
  turn(name: string, value: number | string, last: boolean): void {
    this.#wanted.set(name, value);
    this.#asked += 1;
    this.#moves.set(this.#asked, performance.now());
    const position = { values: Object.fromEntries(this.#wanted), asked: this.#asked };
    this.link.commands[last ? "now" : "newest"]("turn", "turn", position);
    this.#painter.changed();
  }

  /** Whether traits have changed since this was asked last; many change at once. */
  takeIn(): boolean {
    const stale = this.#stale;
    this.#stale = false;
    return stale;
  }

  #heard(): void {
    this.#stale = true;
    this.#measure(this.#model.get("_asked"));
    this.#answered();
  }

  /** Notes how long it took from a move of a knob to the first picture of what came of it. */
  #measure(asked: number): void {
    const start = this.#moves.get(asked);
    if (start === undefined) return;
    for (const move of [...this.#moves.keys()]) if (move <= asked) this.#moves.delete(move);
    // After the frame in which the painter draws.
    this.#bin.frame(() => performance.measure(`${this.#name}:turn`, { start }));
  }

  /** Python has answered something: what it has taken over, or refused, is wanted no more. */
  #answered(): void {
    if (!this.link.commands.pending("turn")) this.#wanted.clear();
    this.#painter.changed();
    this.#drive();
  }

  /** Asks for the next slice as long as there is one to come, and nothing else under way. */
  #drive(): void {
    const { commands } = this.link;
    if (this.#model.get("_done") || this.link.gone || commands.refusal?.key === "more") return;
    if (commands.pending("turn") || commands.pending("more")) return;
    commands.now("more", "more");
  }
}
