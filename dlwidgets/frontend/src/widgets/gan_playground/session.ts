/** What the page knows of a game: how it is played, what is shown, what is drawn by hand. */

import type { GanPlaygroundTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { pack, unpack } from "../../lib/wire.ts";
import { between, type Column, COLUMNS, REACH, read, type Reading } from "./reading.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";
export { type Column, COLUMNS, REACH } from "./reading.ts";

export type Traits = GanPlaygroundTraits;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** What can be seen on the stage, from the ground up. */
export const LAYERS = ["map", "mesh", "real", "made", "arrows"] as const;
export type Layer = typeof LAYERS[number];

export const SPEEDS = ["slow", "rounds", "full"] as const;
export type Speed = typeof SPEEDS[number];

/** Milliseconds from one picture to the next; at full speed each waits for the one before. */
const PAUSES: Readonly<Record<Speed, number>> = { slow: 1400, rounds: 180, full: 0 };

export type Name =
  | "target"
  | "loss"
  | "train"
  | "noise"
  | "optimizer"
  | "lr_d"
  | "lr_g"
  | "d_steps"
  | "hidden_d"
  | "layers_d"
  | "hidden_g"
  | "layers_g"
  | "noise_size"
  | "batch_size"
  | "seed";

const STATE = [
  ...["_tick", "_picture", "_phase", "_rows", "_now", "_counts", "_next", "_ending", "_target"],
  ...["_line", "_program", "_asked", "target", "loss", "train", "noise", "optimizer", "lr_d"],
  ...["lr_g", "d_steps", "hidden_d", "layers_d", "hidden_g", "layers_g", "noise_size"],
  ...["batch_size", "seed"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  readonly layers = new Set<Layer>(LAYERS);
  playing = false;
  speed: Speed = "full";
  /** The known course that was chosen last; empty once a knob is turned. */
  course = "";
  /** Whether the pointer draws real points. */
  drawing = false;
  /** Points of the stroke that is being drawn, x and y in turn. */
  stroke: number[] = [];
  /** Those that Python has not answered yet. */
  sent: number[] = [];
  /** Whether the next stroke replaces what is there. */
  fresh = true;
  /** Where the keyboard would put points, and where the pointer looks. */
  cursor: readonly [number, number] = [0, 0];
  looked: readonly [number, number] | null = null;
  read!: Reading;
  /** Counts what was read anew. */
  version = 0;
  readonly #bin: Disposer;
  readonly #wanted = new Map<Name, number | string>();
  #asked: number;
  #stale = false;
  #views = 0;
  #waiting: (() => void) | null = null;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.#bin = bin;
    this.painter = new Painter(bin, "gan_playground");
    this.link = new Link(model as Model<unknown>, bin, () => this.#answered());
    this.#asked = model.get("_asked");
    this.fresh = !model.get("_target").drawn;
    this.#read();
    // Not every host sets all traits before it tells of the first.
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.#heard());
  }

  /** Notes a view; where the last one goes, the game pauses. */
  seen(bin: Disposer): void {
    this.#views += 1;
    bin.add(() => {
      this.#views -= 1;
      if (this.#views === 0) this.pause();
    });
  }

  /** What is shown of a knob: what was asked for last, else what Python says. */
  value(name: Name): number | string {
    return this.#wanted.get(name) ?? this.model.get(name);
  }

  /** Why the game can't go on; empty while it can. */
  ending(language: "en" | "zh"): string {
    return this.model.get("_ending")[language === "en" ? 0 : 1] ?? "";
  }

  get ended(): boolean {
    return this.ending("en") !== "";
  }

  /** Whether Python is yet to answer what changes the game. */
  get busy(): boolean {
    const { commands } = this.link;
    return ["turn", "more", "phase", "restart", "preset"].some((key) => commands.pending(key));
  }

  /** A measured number as of now. */
  now(name: Column): number {
    return this.read.now[COLUMNS.indexOf(name)] ?? NaN;
  }

  column(name: Column): readonly (number | null)[] {
    return this.read.columns[COLUMNS.indexOf(name)]!;
  }

  /** Turns a knob; while dragging newest wins, at release it always goes. */
  turn(name: Name, value: number | string, last = true): void {
    this.course = "";
    this.#wanted.set(name, value);
    this.#asked += 1;
    const position = { values: Object.fromEntries(this.#wanted), asked: this.#asked };
    this.link.commands[last ? "now" : "newest"]("turn", "turn", position);
    this.painter.changed();
  }

  toggle(): void {
    if (this.playing) return this.pause();
    if (this.ended || this.link.gone) return;
    this.draw(false);
    this.playing = true;
    this.#drive();
    this.painter.changed();
  }

  pause(): void {
    this.playing = false;
    this.#waiting?.();
    this.#waiting = null;
    this.painter.changed();
  }

  pace(speed: Speed): void {
    this.speed = speed;
    this.#waiting?.();
    this.#waiting = null;
    this.#drive();
    this.painter.changed();
  }

  /** One update of D or of G, one round, or the next phase; each ends playing. */
  once(what: "d" | "g" | "round" | "phase"): void {
    this.pause();
    const { commands } = this.link;
    if (what === "phase") commands.now("phase", "phase");
    else if (what === "round") commands.now("more", "more", { rounds: 1 });
    else commands.now("step", "step", what);
  }

  restart(): void {
    this.link.commands.now("restart", "restart");
  }

  preset(name: string): void {
    this.course = name;
    this.link.commands.now("preset", "preset", name);
  }

  toggleLayer(layer: Layer): void {
    if (!this.layers.delete(layer)) this.layers.add(layer);
    this.painter.changed();
  }

  /** Begins or ends drawing by hand. */
  draw(on: boolean): void {
    if (on) this.pause();
    if (on && !this.model.get("_target").drawn) this.fresh = true;
    this.drawing = on;
    this.stroke = [];
    this.painter.changed();
  }

  /** Adds points to the stroke; all lie on the stage, at three decimals. */
  put(points: readonly number[]): void {
    const tidy = (one: number): number => Number(Math.max(-REACH, Math.min(REACH, one)).toFixed(3));
    this.stroke.push(...points.map(tidy));
    this.painter.changed();
  }

  /** Hands the stroke to Python, which begins a game with it. */
  finish(): void {
    if (this.stroke.length < 2) return;
    const points = pack("float32", Float32Array.from(this.stroke), [this.stroke.length / 2, 2]);
    this.link.commands.now("draw", "draw", { points, fresh: this.fresh });
    this.sent.push(...this.stroke);
    this.stroke = [];
    this.fresh = false;
    this.painter.changed();
  }

  /** The next stroke begins a cloud of its own. */
  wipe(): void {
    this.fresh = true;
    this.stroke = this.sent = [];
    this.painter.changed();
  }

  /** Asks for the program of the game as it is now. */
  program(): void {
    this.link.commands.now("program", "program");
  }

  /** D(x) at a place, between the places of the map; NaN beyond it. */
  score(x: number, y: number): number {
    return between(this.read.heat, x, y);
  }

  /** A place of the stage in the units of the user. */
  unit(x: number, y: number): [number, number] {
    const target = this.model.get("_target");
    const centre = unpack(target.centre);
    return [x * target.scale + centre[0]!, y * target.scale + centre[1]!];
  }

  /** Takes in what has changed; called before each drawing, as traits change many at once. */
  refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#read();
  }

  #heard(): void {
    this.#stale = true;
    this.painter.changed();
  }

  #answered(): void {
    const { commands } = this.link;
    if (!commands.pending("turn")) this.#wanted.clear();
    if (!commands.pending("draw")) this.sent = [];
    const refused = ["more", "phase"].includes(commands.refusal?.key ?? "");
    if (this.ended || this.link.gone || refused) this.playing = false;
    this.painter.changed();
    this.#drive();
  }

  /** Asks for the next picture as long as the game is played and nothing is under way. */
  #drive(): void {
    if (!this.playing || this.#waiting || this.busy) return;
    // After the next repaint: in a hidden tab there is none, and the game rests.
    const soon = this.speed === "full"
      ? this.#bin.frame(() => this.#go())
      : this.#bin.timer(PAUSES[this.speed], () => this.#go());
    this.#waiting = soon;
  }

  #go(): void {
    this.#waiting = null;
    if (!this.playing) return;
    const { commands } = this.link;
    if (this.speed === "slow") commands.now("phase", "phase");
    else commands.now("more", "more", this.speed === "rounds" ? { rounds: 1 } : null);
  }

  #read(): void {
    this.read = read(this.model);
    this.version += 1;
  }
}
