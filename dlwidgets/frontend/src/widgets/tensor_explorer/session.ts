/** What the page shows of a tensor; every number is torch's. */

import type { TensorExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = TensorExplorerTraits;
export type Step = Traits["_steps"][number];

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  readonly pointer: Pointer;
}

/** What is pointed at in one view: a cell of a grid, or of memory. */
export interface Spot {
  readonly at: "view" | "strip" | "source" | "result";
  readonly row: number;
  readonly column: number;
}

export interface Pointer {
  hover: Spot | null;
  pin: Spot | null;
}

const STATE = [
  ...["tab", "_facts", "_steps", "_chosen", "_numbers", "_strip", "_trouble", "_calls", "_code"],
  ...["_source", "_result", "_refusal", "_presets", "_expression"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** The places in the source of each shown number of the result. */
  places: Int32Array = new Int32Array();

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "tensor_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    this.#read();
    for (const name of STATE) {
      bin.follow(model, `change:${name}`, () => {
        if (name === "_result") this.#read();
        this.changed();
      });
    }
  }

  get step(): Step | undefined {
    return this.model.get("_steps")[this.model.get("_chosen")];
  }

  /** The places of the source that make a shown number, without those that are elsewhere. */
  made(cell: number): Int32Array {
    const wide = this.model.get("_result").places.shape[1] ?? 0;
    return this.places.subarray(cell * wide, (cell + 1) * wide).filter((place) => place >= 0);
  }

  send(
    command: "tab" | "apply" | "choose" | "reset" | "write" | "compute" | "part",
    value: unknown = null,
  ): void {
    this.link.commands.now(command, command, value);
  }

  look(command: "look" | "strip" | "source" | "part", value: unknown): void {
    this.link.commands.newest(command, command, value);
  }

  changed(): void {
    this.painter.changed();
  }

  #read(): void {
    this.places = unpack(this.model.get("_result").places);
  }
}

/** Letters for the memories of a chain. */
export function letter(memory: number): string {
  return String.fromCharCode(65 + (memory % 26)) + (memory >= 26 ? String(memory / 26 | 0) : "");
}
