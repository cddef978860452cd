/** What the browser knows of a run: one for each model, shared by its views. */

import type { TrainMonitorTraits } from "../../contract.ts";
import { Commands } from "../../lib/commands.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import type { Buckets } from "../../lib/series.ts";
import { type Buffer, type Dtype, read, unpack } from "../../lib/wire.ts";

export type Traits = TrainMonitorTraits;
export type Status = Traits["_status"];
export type Knob = Traits["_knobs"][number];
export type RunEvent = Traits["_events"][number];

/** One picture of `--show`. */
export interface Picture {
  readonly step: number;
  readonly kind: "image" | "curve";
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array;
}

interface Delta {
  kind: "delta";
  seq: number;
  width: number;
  first: number;
  series: { name: string }[];
  status: Status;
}

interface PictureNote {
  kind: "frame";
  name: string;
  step: number;
  frame_kind: "image" | "curve";
  dtype: Dtype;
  shape: number[];
}

interface Answer {
  kind: "ack";
  seq: number;
  error: string;
}

type Message = Delta | PictureNote | Answer;

/** As many pictures of a name as Python keeps. */
const KEPT = 64;
/** How long a delta that came too early waits for its predecessor, in milliseconds. */
const PATIENCE = 1000;
/**
 * Of the time, a repaint of what streams in may take this share: the page and the training may
 * have to live on the same two cores. What the user does is painted at once.
 */
const SHARE = 1 / 40;
/** The shortest and the longest time from one such repaint to the next, in milliseconds. */
const [SOONEST, LATEST] = [100, 500];

export class Session {
  readonly model: Model<Traits>;
  readonly commands: Commands;
  status: Status;
  width = 1;
  length = 0;
  readonly points = new Map<string, Float32Array>();
  readonly last = new Map<string, number>();
  readonly pictures = new Map<string, Picture[]>();
  /** Whether the connection to the kernel has ended. */
  gone = false;
  readonly #bin: Disposer;
  readonly #views = new Set<() => void>();
  #seq = 0;
  #early: [Delta, Buffer[]][] = [];
  #undrawn = 0;
  #scheduled = false;
  /** When what streams in may be painted next, by the clock of `performance`. */
  #due = 0;
  #waits = false;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.#bin = bin;
    this.commands = new Commands((content) => this.#send(content), bin, () => this.changed());
    this.status = model.get("_status");
    this.#takeChart();
    this.#takePictures();
    bin.follow(model, "change:_chart", () => this.#takeChart());
    bin.follow(model, "change:_frames", () => this.#takePictures());
    bin.follow(model, "change:_status", () => {
      this.status = model.get("_status");
      this.changed();
    });
    const plain = ["state", "smoothing", "log_scale", "_title", "_controls", "_knobs", "_events"];
    for (const name of [...plain, "_diagnosis"]) {
      bin.follow(model, `change:${name}`, () => this.changed());
    }
    bin.follow(model, "msg:custom", (content: Message, buffers: Buffer[]) => {
      this.#receive(content, buffers);
    });
    // Jupyter's widget manager says so when it loses the kernel, and when it finds one again.
    bin.follow(model, "comm_live_update", () => {
      this.gone = true;
      this.hello();
    });
  }

  /** The curve of a series. */
  buckets(name: string): Buckets {
    const points = this.points.get(name) ?? new Float32Array(0);
    return { width: this.width, length: this.length, points };
  }

  /** Calls `draw` before the next repaint after any change; returns the end of it. */
  watch(draw: () => void): () => void {
    this.#views.add(draw);
    this.hello();
    this.changed();
    return () => this.#views.delete(draw);
  }

  /** Asks Python for everything: a view has appeared, or something was missed. */
  hello(): void {
    this.commands.now("hello", "hello");
  }

  /** Something is to be drawn; all that comes before the next repaint is drawn at once. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#bin.frame(() => this.#draw());
  }

  /** Changes a trait that Python has too. */
  put<K extends "smoothing" | "log_scale">(name: K, value: Traits[K], save: boolean): void {
    this.model.set(name, value);
    this.changed();
    if (!save || this.gone) return;
    this.model.save_changes();
  }

  /** Something has streamed in: it is drawn when the time has come. */
  #streamed(): void {
    const left = this.#due - performance.now();
    if (left <= 0) return this.changed();
    if (this.#waits) return;
    this.#waits = true;
    this.#bin.timer(left, () => {
      this.#waits = false;
      this.changed();
    });
  }

  /** Sets when to paint next by what this repaint takes: a timer set in a frame ends after it. */
  #pace(): void {
    const started = performance.now();
    this.#due = started + SOONEST;
    this.#bin.timer(0, () => {
      const taken = performance.now() - started;
      this.#due = started + Math.min(LATEST, Math.max(SOONEST, taken / SHARE));
    });
  }

  #draw(): void {
    this.#scheduled = false;
    this.#pace();
    for (const draw of this.#views) draw();
    // Unseen means undrawn: a page in the background does not ask for more.
    if (this.#undrawn > 0 && this.#views.size > 0) {
      this.commands.tell("ack", this.#undrawn);
      this.#undrawn = 0;
    }
  }

  #send(content: unknown): void {
    try {
      this.model.send(content);
    } catch {
      this.gone = true;
      this.changed();
    }
  }

  #receive(message: Message, buffers: Buffer[]): void {
    // Whatever arrives, arrives from a living kernel.
    this.gone = false;
    if (message.kind === "ack") this.commands.answer(message.seq, message.error);
    else if (message.kind === "frame") this.#takePicture(message, buffers);
    else if (message.kind === "delta") this.#takeDelta(message, buffers);
  }

  /** Takes the next delta; an early one waits, since a snapshot may still be on its way. */
  #takeDelta(delta: Delta, buffers: Buffer[]): void {
    if (delta.seq <= this.#seq) return;
    if (delta.seq === this.#seq + 1) {
      this.#apply(delta, buffers);
      this.#takeEarly();
    } else if (this.#early.push([delta, buffers]) === 1) {
      this.#bin.timer(PATIENCE, () => {
        if (this.#early.length > 0) this.hello();
      });
    }
  }

  #takeEarly(): void {
    const early = this.#early.filter(([delta]) => delta.seq > this.#seq);
    this.#early = [];
    for (const [delta, buffers] of early) this.#takeDelta(delta, buffers);
  }

  #apply(delta: Delta, buffers: Buffer[]): void {
    if (delta.width !== this.width) this.points.clear();
    this.width = delta.width;
    const last = read("float64", buffers[delta.series.length]!);
    delta.series.forEach(({ name }, index) => {
      const fresh = read("float32", buffers[index]!);
      this.length = Math.max(this.length, delta.first + fresh.length / 2);
      this.#room(name).set(fresh, 2 * delta.first);
      this.last.set(name, last[index]!);
    });
    this.status = delta.status;
    this.#seq = this.#undrawn = delta.seq;
    this.#streamed();
  }

  /** The points of a series, with room for the present length. */
  #room(name: string): Float32Array {
    const held = this.points.get(name);
    if (held && held.length >= 2 * this.length) return held;
    const wide = new Float32Array(Math.max(4000, 4 * this.length)).fill(NaN);
    if (held) wide.set(held);
    this.points.set(name, wide);
    return wide;
  }

  #takeChart(): void {
    const chart = this.model.get("_chart");
    this.#seq = chart.seq;
    this.width = chart.width;
    this.length = chart.length;
    this.points.clear();
    this.last.clear();
    const last = unpack(chart.last);
    chart.series.forEach(({ name, points }, index) => {
      this.#room(name).set(unpack(points));
      this.last.set(name, last[index]!);
    });
    this.#takeEarly();
    this.changed();
  }

  #takePictures(): void {
    this.pictures.clear();
    for (const { name, step, kind, data } of this.model.get("_frames")) {
      this.#keep(name, { step, kind, shape: data.shape, values: unpack(data) });
    }
    this.changed();
  }

  #takePicture(note: PictureNote, buffers: Buffer[]): void {
    const { name, step, frame_kind: kind, dtype, shape } = note;
    const values = unpack({ dtype, shape, data: buffers[0]! }) as Picture["values"];
    this.#keep(name, { step, kind, shape, values });
    this.changed();
  }

  #keep(name: string, picture: Picture): void {
    const kept = this.pictures.get(name) ?? [];
    kept.push(picture);
    this.pictures.set(name, kept.slice(-KEPT));
  }
}
