/** What the browser knows of an explored model: one for each model, shared by its views. */

import type { ModelExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = ModelExplorerTraits;
export type Layer = Traits["_layers"][number];
export type Tab = Traits["_open"]["tab"];

/** One page of the open tensor, unpacked. */
export interface Picture extends Omit<Traits["_picture"], "values" | "stats" | "counts"> {
  readonly values: Float32Array;
  readonly stats: Float64Array;
  readonly counts: Uint32Array;
}

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

const TRAITS = ["mode", "sample", "_title", "_fed", "_notes", "_labels", "_layers", "_total"];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  picture: Picture;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "model_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.painter.changed());
    this.picture = opened(model);
    for (const name of [...TRAITS, "_open", "_child"]) {
      bin.follow(model, `change:${name}`, () => this.painter.changed());
    }
    bin.follow(model, "change:_picture", () => {
      this.picture = opened(model);
      this.painter.changed();
    });
  }

  /** Opens a row; what is left out is as Python finds best. */
  show(row: number, tab: Tab | null = null, part = 0, first = 0): void {
    this.link.commands.newest("show", "show", { row, tab, part, first });
  }

  /** Closes the open row. */
  shut(): void {
    if (this.model.get("_open").row >= 0) this.link.commands.now("show", "shut");
  }
}

function opened(model: Model<Traits>): Picture {
  const { values, stats, counts, ...plain } = model.get("_picture");
  return { ...plain, values: unpack(values), stats: unpack(stats), counts: unpack(counts) };
}

/** How people call a row: its path, or the class of the model itself. */
export function nameOf({ path, kind }: Layer): string {
  return path || kind;
}
