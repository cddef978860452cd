/** What the page shows of two tensors that meet; every number is torch's. */

import type { BroadcastExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import { indexOf } from "../../lib/slices.ts";
import type { Scene } from "../../lib/view.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = BroadcastExplorerTraits;
export type Op = Traits["op"];
export type Name = "a" | "b";

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  readonly pointer: Pointer;
}

/** A cell of a grid; those of `a` and `b` are counted as they stand once stretched. */
export interface Spot {
  readonly at: Name | "out";
  readonly row: number;
  readonly column: number;
}

/** What is pointed at in one view. */
export interface Pointer {
  hover: Spot | null;
  pin: Spot | null;
}

export const SIGNS: Readonly<Record<Op, string>> = {
  add: "+",
  sub: "−",
  mul: "×",
  div: "÷",
  pow: "**",
  maximum: "max",
  minimum: "min",
  eq: "=",
  gt: ">",
  lt: "<",
};
/** As Python writes them. */
export const WRITTEN: Readonly<Record<Op, string>> = {
  ...SIGNS,
  sub: "-",
  mul: "*",
  div: "/",
  eq: "==",
};
export const IN_PLACE: readonly Op[] = ["add", "sub", "mul", "div", "pow"];

const STATE = ["op", "in_place", "_a", "_b", "_out", "_axes", "_error", "_remedies", "_code"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "broadcast_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.changed());
  }

  get refused(): boolean {
    return this.model.get("_error") !== "";
  }

  operand(name: Name): Traits["_a"] {
    return this.model.get(name === "a" ? "_a" : "_b");
  }

  get out(): Traits["_out"] {
    return this.model.get("_out");
  }

  /** The index in the result of a cell that is shown. */
  index(row: number, column: number): number[] {
    return indexOf(this.out, row, column);
  }

  send(command: "op" | "in_place" | "shape" | "remedy" | "reset", value: unknown = null): void {
    this.link.commands.now(command, command, value);
  }

  look(at: number[]): void {
    this.link.commands.newest("look", "look", at);
  }

  changed(): void {
    this.painter.changed();
  }
}
