/** What the browser knows of a layer: one for each model, shared by its views. */

import { difference } from "../../lib/difference.ts";
import { Commands } from "../../lib/commands.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { detach, pack, unpack } from "../../lib/wire.ts";
import {
  channelsOf,
  type Pair,
  pools,
  type Problem,
  problems,
  type Setting,
} from "./arithmetic/mod.ts";
import { cellAt, equal, type Picture, picture } from "./picture.ts";
import { type Hidden, hidden, NONE, type Quiz, running } from "./quiz.ts";
import { type Choice, CHOICES, FIELDS, type Traits } from "./traits.ts";
import { fitted, type Held, type Numbers } from "./resize.ts";

interface Answer {
  kind: "ack";
  seq: number;
  error: string;
}

export class Session {
  readonly model: Model<Traits>;
  readonly commands: Commands;
  /** What is drawn: the last setting that torch accepts. */
  picture: Picture;
  /** What the controls show; torch may refuse it, see `problems`. */
  draft: Setting;
  problems: Problem[] = [];
  /** How far torch's own output is from the picture; `null` while nobody has compared. */
  apart: number | null = null;
  /** Goes up with every new picture. */
  version = 0;
  /** Whether the connection to the kernel has ended. */
  gone = false;
  readonly #bin: Disposer;
  readonly #unpacked = new WeakMap<object, Float64Array>();
  readonly #views = new Set<() => void>();
  /** What shrinking and growing starts from, so that going back brings everything back. */
  #origin: Held;
  #scheduled = false;
  /** Whether a gesture has been drawn since the last repaint. */
  #drawn = false;
  /** Whether the traits are to be taken over at the next repaint. */
  #adopt = false;
  #tick: (() => void) | null = null;
  #since: number | null = null;
  #hides: { quiz: Quiz | null; hidden: Hidden } = { quiz: null, hidden: hidden(NONE) };

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.#bin = bin;
    this.commands = new Commands((content) => this.#send(content), bin, () => this.#settle());
    const held = this.#held();
    this.#origin = held;
    this.picture = picture(held);
    this.draft = held.setting;
    this.#compare();
    for (const name of [...FIELDS, "_input", "_weight", "_bias", "_torch"] as const) {
      bin.follow(model, `change:${name}`, () => this.#settle());
    }
    for (const name of CHOICES) bin.follow(model, `change:${name}`, () => this.changed());
    bin.follow(model, "change:playing", () => this.#play());
    bin.follow(model, "msg:custom", (message: Answer) => {
      this.gone = false;
      if (message.kind === "ack") this.commands.answer(message.seq, message.error);
    });
    bin.follow(model, "comm_live_update", () => {
      this.gone = true;
      this.changed();
    });
    this.#play();
  }

  /** Where the window stands, within the output. */
  get position(): number {
    const last = this.picture.before.length - 1;
    return Math.max(0, Math.min(last, this.model.get("position")));
  }

  /** The input channel that is shown: the chosen one, if the shown output sees it. */
  get channel(): number {
    const seen = channelsOf(this.picture.setting, cellAt(this.picture, this.position).channel);
    const chosen = this.model.get("input_channel");
    return seen.includes(chosen) ? chosen : seen[0]!;
  }

  get quiz(): Quiz {
    return this.model.get("_quiz");
  }

  /** What a quiz keeps from sight. */
  get hidden(): Hidden {
    if (this.#hides.quiz !== this.quiz) {
      this.#hides = { quiz: this.quiz, hidden: hidden(this.quiz) };
    }
    return this.#hides.hidden;
  }

  /** Calls `draw` before the next repaint after any change; returns the end of it. */
  watch(draw: () => void): () => void {
    this.#views.add(draw);
    this.changed();
    return () => this.#views.delete(draw);
  }

  /** Something is to be drawn; all that comes before the next repaint is drawn at once. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#bin.frame(() => this.#draw());
  }

  /** Changes a choice of the view, which Python sees too. */
  put<K extends Choice>(name: K, value: Traits[K]): void {
    if (this.model.get(name) === value) return;
    this.model.set(name, value);
    this.changed();
    if (!this.gone) this.model.save_changes();
  }

  /** Tries a setting: draws it if torch accepts it, and asks Python in any case. */
  ask(change: Partial<Setting>, last = true): void {
    if (running(this.quiz)) return;
    this.#since ??= performance.now();
    this.draft = { ...this.draft, ...change };
    // A pooling keeps the channels apart.
    const { kind, in_channels } = this.draft;
    if (pools(kind)) this.draft = { ...this.draft, out_channels: in_channels };
    this.problems = problems(this.draft);
    if (this.problems.length === 0) {
      this.#show({ setting: this.draft, ...fitted(this.#origin, this.draft) });
    }
    this.#tell(last);
    this.#now();
  }

  /** Puts other numbers in, in the shape of the setting as changed. */
  fill(numbers: Partial<Numbers>, change: Partial<Setting> = {}): void {
    if (running(this.quiz)) return;
    this.draft = { ...this.picture.setting, ...change };
    this.problems = problems(this.draft);
    if (this.problems.length === 0) {
      this.#origin = { setting: this.draft, ...fitted(this.#origin, this.draft), ...numbers };
      this.#show(this.#origin);
    }
    this.#tell(true);
    this.changed();
  }

  /** Goes back to what is drawn. */
  back(): void {
    this.draft = this.picture.setting;
    this.problems = [];
    this.commands.refusal = null;
    this.#tell(true);
    this.changed();
  }

  #show(held: Held): void {
    this.picture = picture(held);
    this.version++;
    this.apart = null;
  }

  /** Sends the draft, and those numbers that Python does not have yet. */
  #tell(last: boolean): void {
    const { setting, input, weight, bias } = this.picture;
    const known = this.#held();
    const value: Record<string, unknown> = { setting: this.draft };
    if (this.problems.length === 0) {
      const [ins, [height, width]] = [setting.in_channels, setting.size];
      if (!equal(input, known.input) || String(setting.size) !== String(known.setting.size)) {
        value["input"] = pack("float64", input.slice(), [ins, height, width]);
      }
      value["weight"] = pack("float64", weight.slice());
      value["bias"] = pack("float64", bias.slice());
    }
    this.commands[last ? "now" : "newest"]("set", "set", value);
  }

  /**
   * Takes over what Python holds, unless something newer is on its way there. All traits of a
   * change are there before the next repaint.
   */
  #settle(): void {
    this.changed();
    if (this.commands.pending("set") || this.problems.length > 0 && !this.#news()) return;
    this.#adopt = true;
  }

  #news(): boolean {
    const held = this.#held();
    return JSON.stringify(held.setting) !== JSON.stringify(this.picture.setting);
  }

  #take(): void {
    this.#adopt = false;
    const held = this.#held();
    const now = this.picture;
    const same = JSON.stringify(held.setting) === JSON.stringify(now.setting) &&
      equal(held.input, now.input) && equal(held.weight, now.weight) && equal(held.bias, now.bias);
    if (!same) {
      this.#origin = held;
      this.#show(held);
    }
    this.draft = held.setting;
    this.problems = [];
    this.#compare();
  }

  /** What the traits say. */
  #held(): Held {
    const { model } = this;
    const fields = Object.fromEntries(FIELDS.map((name) => [name, model.get(name)]));
    const [input, weight, bias] = [model.get("_input"), model.get("_weight"), model.get("_bias")];
    const size = [input.shape[1]!, input.shape[2]!] as Pair;
    return {
      setting: { ...fields, size } as unknown as Setting,
      input: this.#values(input),
      weight: this.#values(weight),
      bias: this.#values(bias),
    };
  }

  /** The numbers of a trait; unpacked once, since an image has many. */
  #values(array: Traits["_input"]): Float64Array {
    const known = this.#unpacked.get(array);
    if (known) return known;
    const values = Float64Array.from(unpack(array));
    this.#unpacked.set(array, values);
    return values;
  }

  #compare(): void {
    const torch = unpack(this.model.get("_torch"));
    this.apart = torch.length === 0 ? null : difference(this.picture.output, torch);
  }

  /** Draws at once, so that the repaint after a gesture shows it; but once a repaint only. */
  #now(): void {
    if (this.#drawn) return this.changed();
    this.#drawn = true;
    this.#bin.frame(() => this.#drawn = false);
    this.#draw();
  }

  #draw(): void {
    this.#scheduled = false;
    if (this.#adopt) this.#take();
    for (const draw of this.#views) draw();
    // Read by `make bench`: from the gesture to the changed page.
    if (this.#since !== null) {
      performance.measure("conv_explorer:picture", { start: this.#since, end: performance.now() });
      this.#since = null;
    }
  }

  #send(content: unknown): void {
    const { value, buffers } = detach(content);
    try {
      this.model.send(value, undefined, buffers);
    } catch {
      this.gone = true;
      this.changed();
    }
  }

  /** The window walks on its own while `playing`. */
  #play(): void {
    this.#tick?.();
    this.#tick = null;
    if (!this.model.get("playing")) return;
    this.#tick = this.#bin.timer(1000 / this.model.get("speed"), () => {
      const next = this.position + 1;
      if (next >= this.picture.before.length) return this.put("playing", false);
      this.put("position", next);
      this.#play();
    });
  }
}
