/** What the page shows of a frame; every text and every result is pandas'. */

import type { FrameExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { type Buffer, read, unpack } from "../../lib/wire.ts";
import type { Area } from "./area.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = FrameExplorerTraits;
export type Accessor = Traits["accessor"];
export type Panel = Traits["panel"];
export type AxisName = "rows" | "columns";
export type Pick = Traits["_picks"]["rows"];
export type GridRow = Traits["_grids"][string];
export type Both = { readonly en: string; readonly zh: string };

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
  /** Picks the language of the view. */
  readonly say: (text: Both) => string;
}

/** A window of a frame with the marks of its cells. */
export type Window = Omit<GridRow["first"], "flags"> & {
  readonly flags: Uint8Array;
  readonly version: number;
};

/** An answer to something that one view has asked. */
export type Answer =
  | { kind: "window"; view: string; grid: string; version: number; window: Window }
  | { kind: "full"; view: string; grid: string; row: number; column: number; text: string }
  | { kind: "found"; view: string; found: { position: number; label: string }[] };

const STATE = [
  ...["panel", "accessor", "expression", "_variable", "_grids", "_picks", "_offered", "_outcome"],
  ...["_spellings", "_renewed", "_lesson", "_changes", "_tried", "_questions", "_quiz"],
];

/** Cells from which on what is typed is taken at Enter alone. */
const LARGE = 2_000_000;

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** Names of columns beyond the corner that were chosen by hand. */
  readonly columnNames = new Map<number, string>();
  readonly #asking = new Map<string, (answer: Answer) => void>();
  readonly #firsts = new WeakMap<GridRow, Window>();
  #picks: Traits["_picks"] | null = null;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "frame_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.changed());
    bin.follow(model, "msg:custom", (message: Answer, buffers: readonly Buffer[]) => {
      const ask = this.#asking.get(message.view);
      if (!ask) return;
      if (message.kind !== "window") return ask(message);
      const flags = read("uint8", buffers[0]!);
      const { version } = message;
      ask({ ...message, window: { ...message.window, flags, version } });
    });
  }

  /** What the pickers say, ahead of Python while a hand moves them. */
  get picks(): Traits["_picks"] {
    return this.#picks && this.link.commands.pending("select")
      ? this.#picks
      : this.model.get("_picks");
  }

  /** Whether a condition over all of it would keep the kernel busy while somebody types. */
  get large(): boolean {
    const grid = this.model.get("_grids")["frame"];
    return grid !== undefined && grid.rows.size * grid.columns.size > LARGE;
  }

  /** Calls `ask` with the answers to what `view` has asked; returns the end of it. */
  answers(view: string, ask: (answer: Answer) => void): () => void {
    this.#asking.set(view, ask);
    return () => this.#asking.delete(view);
  }

  /** The corner of a frame, which is there before anything is asked. */
  first(row: GridRow): Window {
    const known = this.#firsts.get(row);
    if (known) return known;
    const { first, version } = row;
    const made = { ...first, flags: unpack(first.flags), version };
    this.#firsts.set(row, made);
    return made;
  }

  /** Picks something on an axis; `final` where the hand has let go. */
  pick(axis: AxisName, change: Partial<Pick>, final = true): void {
    const now = this.picks;
    this.#picks = { ...now, [axis]: { ...now[axis], ...change } };
    const { rows, columns } = this.#picks;
    this.#select("pick", { accessor: this.model.get("accessor"), rows, columns }, final);
  }

  area(area: Area, final: boolean): void {
    this.#picks = null;
    this.#select("area", area, final);
  }

  /** Takes what is typed; `final` at Enter. */
  type(text: string, final: boolean): void {
    this.#select("read", text, final);
  }

  choose(accessor: Accessor): void {
    this.#picks = null;
    this.#select("accessor", accessor, true);
  }

  send(command: "panel" | "refresh", value: unknown = null): void {
    this.link.commands.now(command, command, value);
  }

  ask(view: string, command: "look" | "full" | "search", value: object): void {
    this.link.commands.newest(`${command} ${view}`, command, { ...value, view });
  }

  /** Lets Python compare other spellings for a moment; it is asked again until it has done all. */
  spell(): void {
    const { version } = this.model.get("_outcome");
    this.link.commands.newest("spell", "spell", version);
  }

  changed(): void {
    this.painter.changed();
  }

  /** One way for all that selects: what was asked last is what is shown last. */
  #select(command: string, value: unknown, final: boolean): void {
    if (final) this.link.commands.now("select", command, value);
    else this.link.commands.newest("select", command, value);
    this.changed();
  }
}

let counted = 0;

/** A name for something that asks; pages share a model, so it must differ between them too. */
export function asker(): string {
  return `${Math.random().toString(36).slice(2, 8)}-${counted++}`;
}
