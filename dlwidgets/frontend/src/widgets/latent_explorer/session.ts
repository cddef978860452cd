/** What the page shows of a latent space; the kernel decodes, the page moves codes. */

import type { LatentExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { type Buffer, held, pack, read, unpack, type WireArray } from "../../lib/wire.ts";
import { type Axes, moved, place } from "./arithmetic.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";
export { held } from "../../lib/wire.ts";

export type Traits = LatentExplorerTraits;

export const TABS = ["between", "draw", "pairs", "samples", "manifold", "measures"] as const;
export type Tab = (typeof TABS)[number];

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** Pictures as bytes: how many, rows, columns, channels. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly shape: readonly [number, number, number, number];
}

/** An answer while a code is dragged: its numbers and pixels follow as buffers. */
interface Image {
  readonly kind: string;
  readonly shape: [number, number, number, number];
  readonly broken: number;
}

const STATE = [
  ...["plane", "dims", "path", "picks", "seed", "_notes", "_worth", "_order", "_dead", "_labels"],
  ...["_places", "_axes", "_code", "_picked", "_strip", "_track", "_sum", "_pairs", "_samples"],
  ...["_manifold", "_seen", "_curves", "_stale", "_errors"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  z!: Float32Array;
  image!: Pixels;
  /** How many decoded values are no numbers. */
  broken = 0;
  tab: Tab = "between";
  /** The part of the way from a to b. */
  part = 0;
  /** Which of a, b and c the next click on the plane chooses. */
  armed: number | null = null;
  /** Of ε. */
  draw = 0;
  readonly #canvases = new Set<() => void>();
  /** When the oldest input came that no picture has answered. */
  #since: number | null = null;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "latent_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.changed());
    this.#read();
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.changed());
    for (const name of ["_z", "_image"]) bin.follow(model, `change:${name}`, () => this.#told());
    bin.follow(model, "msg:custom", (message: Image, buffers: readonly Buffer[]) => {
      if (message.kind === "image") this.#decoded(message, buffers);
      else if (this.link.commands.refusal?.key === "z") this.#told();
    });
  }

  get axes(): Axes {
    return held(this.model.get("_axes"));
  }

  /** Where the code stands on the plane. */
  get place(): readonly [number, number] {
    return place(this.z, this.axes);
  }

  /** Whether the kernel has not yet decoded what was asked last. */
  get waiting(): boolean {
    const { commands } = this.link;
    return !this.link.gone && (commands.pending("z") || commands.pending("way"));
  }

  /** The pictures of a trait. */
  pixels(
    name: "_picked" | "_strip" | "_sum" | "_pairs" | "_samples" | "_manifold",
  ): Pixels {
    return pixelsOf(this.model.get(name));
  }

  /** Shows a code; `final` where the hand has let go. */
  show(z: Float32Array, final: boolean): void {
    this.z = z;
    this.#ask("show", { z: pack("float32", Float32Array.from(z)), final }, final);
  }

  /** Moves one dimension. */
  set(dimension: number, value: number, final: boolean): void {
    const z = this.z.slice();
    z[dimension] = value;
    this.show(z, final);
  }

  /** Moves to a place on the plane. */
  go(to: readonly [number, number], final: boolean): void {
    this.show(moved(this.z, this.axes, to), final);
  }

  /** Goes to a part of the way from a to b. */
  travel(part: number, final: boolean): void {
    this.part = part;
    this.#ask("go", { to: "part", at: part, final }, final);
  }

  /** Goes to the code that a picture is decoded from. */
  jump(to: "sum" | "point" | "sample", at = 0): void {
    this.#ask("go", { to, at, final: true }, true);
  }

  pick(slot: number, index: number): void {
    this.armed = null;
    this.link.commands.now("pick", "pick", { slot, index });
  }

  turn(plane: Traits["plane"], dims: readonly number[]): void {
    this.link.commands.now("turn", "turn", { plane, dims: [...dims] });
  }

  /** Looks at a sample: by number, as drawn, or (neither) at the same with another ε. */
  see(what: { index?: number; ink?: WireArray<"uint8"> }, final = true): void {
    const value = { index: what.index ?? null, ink: what.ink ?? null, seed: this.draw };
    if (final) this.link.commands.now("see", "see", value);
    else this.link.commands.newest("see", "see", value);
  }

  tell(cmd: "path" | "sample" | "grid" | "refresh", value: unknown = null): void {
    this.link.commands.newest(cmd, cmd, value);
  }

  open(tab: Tab): void {
    this.tab = tab;
    this.#settled();
    this.changed();
  }

  /** Calls `paint` as soon as there is another picture, before anything else is drawn. */
  watch(paint: () => void): () => void {
    this.#canvases.add(paint);
    return () => this.#canvases.delete(paint);
  }

  changed(): void {
    this.painter.changed();
  }

  #ask(cmd: string, value: unknown, final: boolean): void {
    this.#since ??= performance.now();
    // One way for all that moves the code: what was asked last is what is shown last.
    const key = cmd === "show" ? "z" : "way";
    if (final) this.link.commands.now(key, cmd, value);
    else this.link.commands.newest(key, cmd, value);
    if (final) this.#settled();
    this.changed();
  }

  #decoded({ broken, shape }: Image, [z, data]: readonly Buffer[]): void {
    // The hand may be ahead of what is decoded here.
    if (!this.link.commands.pending("z")) this.z = read("float32", z!);
    this.image = { data: read("uint8", data!), shape };
    this.broken = broken;
    for (const paint of this.#canvases) paint();
    const end = performance.now();
    if (this.#since !== null) {
      performance.measure("latent_explorer:decoded", { start: this.#since, end });
    }
    this.#since = null;
    this.changed();
  }

  /** Takes what Python says, unless the hand has moved on since. */
  #told(): void {
    if (this.link.commands.pending("z") && !this.link.commands.refusal) return;
    this.#read();
    for (const paint of this.#canvases) paint();
    this.changed();
  }

  #read(): void {
    this.z = unpack(this.model.get("_z"));
    this.image = pixelsOf(this.model.get("_image"));
    this.broken = this.model.get("_broken");
  }

  /** The grid of more than two dimensions depends on where the others stand. */
  #settled(): void {
    if (this.tab === "manifold" && this.z.length > 2) this.tell("grid");
  }
}

/** The pictures of a trait. */
export function pixelsOf(array: WireArray<"uint8">): Pixels {
  return { data: held(array), shape: array.shape as [number, number, number, number] };
}
