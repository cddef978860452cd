/** What the page shows of a loss: drawn from its own arithmetic, then judged by torch. */

import type { LossExplorerTraits } from "../../contract.ts";
import { difference } from "../../lib/difference.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { pack, unpack } from "../../lib/wire.ts";
import { asKind, compute, type Kind, type Result, type Task } from "./arithmetic.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = LossExplorerTraits;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  /** The name of the page's radio groups. */
  readonly group: string;
}

const STATE = [
  ...["kind", "reduction", "label_smoothing", "_logits", "_target", "_weight"],
  ...["_terms", "_value", "_gradient", "_asked"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  task!: Task;
  result!: Result;
  #asked = 0;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "loss_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    this.#read();
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.#heard());
    // What Python refused is to be undone.
    bin.follow(model, "msg:custom", () => this.#heard());
  }

  /** How far torch is from what is shown, as a share; null while it has not been asked. */
  get apart(): number | null {
    if (
      this.link.commands.pending("set") || this.link.gone ||
      this.model.get("_asked") !== this.#asked
    ) {
      return null;
    }
    const { model, result } = this;
    const pairs = [
      [result.terms, unpack(model.get("_terms"))],
      [result.gradient, unpack(model.get("_gradient"))],
      [Float64Array.of(result.value), unpack(model.get("_value"))],
    ] as const;
    return Math.max(...pairs.map(([mine, theirs]) => difference(mine, theirs)));
  }

  /** Shows other numbers at once, and lets torch judge them. */
  set(change: Partial<Task>): void {
    this.task = { ...this.task, ...change };
    this.result = compute(this.task);
    this.#asked += 1;
    const { kind, reduction, label_smoothing, samples, classes, logits, target, weight } =
      this.task;
    this.link.commands.newest("set", "set", {
      ...{ kind, reduction, label_smoothing, asked: this.#asked },
      logits: pack("float64", Float64Array.from(logits), [samples, classes]),
      target: pack("float64", Float64Array.from(target), [samples, target.length / samples]),
      weight: pack("float64", Float64Array.from(weight)),
    });
    this.changed();
  }

  /** Shows the same numbers under another loss. */
  turn(kind: Kind): void {
    const turned = asKind(this.task, kind);
    this.set({ ...turned, weight: turned.weight });
  }

  /** Changes one number of the logits, the target or the weights. */
  put(name: "logits" | "target" | "weight", index: number, value: number): void {
    const numbers = this.task[name].slice();
    numbers[index] = value;
    this.set({ [name]: numbers });
  }

  changed(): void {
    this.painter.changed();
  }

  /** Takes what Python says, unless the page has moved on since. */
  #heard(): void {
    if (!this.link.commands.pending("set")) {
      this.#asked = this.model.get("_asked");
      this.#read();
    }
    this.changed();
  }

  #read(): void {
    const { model } = this;
    const logits = model.get("_logits");
    const [samples, classes] = logits.shape as [number, number];
    this.task = {
      kind: model.get("kind"),
      reduction: model.get("reduction"),
      label_smoothing: model.get("label_smoothing"),
      samples,
      classes,
      logits: unpack(logits),
      target: unpack(model.get("_target")),
      weight: unpack(model.get("_weight")),
    };
    this.result = compute(this.task);
  }
}
