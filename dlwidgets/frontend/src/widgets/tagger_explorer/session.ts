/** What the page shows of a tagger: the text that is typed, and what the kernel made of it. */

import type { TaggerExplorerTraits } from "../../contract.ts";
import type { Disposer } from "../../lib/dispose.ts";
import type { Model } from "../../lib/host.ts";
import { Link } from "../../lib/link.ts";
import { Painter } from "../../lib/painter.ts";
import type { Scene } from "../../lib/view.ts";
import { unpack } from "../../lib/wire.ts";
import type { Words } from "./words.ts";

export type { Part } from "../../lib/part.ts";

export type Traits = TaggerExplorerTraits;

/** Everything that a part of the page is drawn from. */
export interface Context extends Scene<Traits, Session> {
  readonly text: Words;
}

/** A word of the sentence. */
export interface Word {
  readonly text: string;
  /** How the vocabulary has it; empty where it does not. */
  readonly word: string;
  readonly kind: "known" | "case" | "unknown" | "missing" | "mark";
  /** A probability for every tag; NaN where the model was not asked. */
  readonly now: Float64Array;
  /** Likewise, before; empty where there is no copy of the model. */
  readonly before: Float64Array;
}

const STATE = [
  ...["sentence", "compare", "_words", "_more", "_now", "_before", "_at", "_row", "_near", "_kept"],
  ...["_follows", "_steps", "_line", "_asked", "_news_sent", "_presets", "_names", "_scores"],
];

export class Session {
  readonly model: Model<Traits>;
  readonly painter: Painter;
  readonly link: Link;
  /** What stands in the field. */
  typed: string;
  words: readonly Word[] = [];
  at = -1;
  #asked = 0;
  #drawn = 0;

  constructor(model: Model<Traits>, bin: Disposer) {
    this.model = model;
    this.painter = new Painter(bin, "tagger_explorer");
    this.link = new Link(model as Model<unknown>, bin, () => this.painter.changed());
    this.typed = model.get("sentence");
    this.#asked = model.get("_asked");
    this.#read();
    for (const name of STATE) bin.follow(model, `change:${name}`, () => this.#heard());
    bin.follow(model, "msg:custom", () => this.#heard());
  }

  /** Whether the words on the page are those of the text in the field. */
  get settled(): boolean {
    return !this.link.commands.pending("say") && this.model.get("sentence") === this.typed;
  }

  /** Tags another text; of those typed while the kernel is busy the newest alone. */
  say(text: string): void {
    this.typed = text;
    this.#asked += 1;
    this.link.commands.newest("say", "say", { text, asked: this.#asked });
    this.painter.changed();
  }

  /** Tags the same text again, with the weights as they are now. */
  again(): void {
    if (!this.link.commands.pending("say")) this.say(this.typed);
  }

  /** Looks at a word: at its vector and the words near it. */
  look(at: number): void {
    if (this.at === at) return;
    this.at = at;
    this.link.commands.newest("look", "look", at);
    this.painter.changed();
  }

  compare(on: boolean): void {
    this.link.commands.now("compare", "compare", on);
  }

  /** Compares with the model as it is now. */
  mark(): void {
    this.link.commands.now("mark", "mark");
  }

  /** The tag of a word: the most probable one; -1 where there is none. */
  best(probabilities: Float64Array): number {
    let found = -1;
    probabilities.forEach((value, i) => {
      if (!Number.isNaN(value) && (found < 0 || value > probabilities[found]!)) found = i;
    });
    return found;
  }

  /** Tells the kernel that the page has drawn the news of a training, so that more may come. */
  drawn(): void {
    const sent = this.model.get("_news_sent");
    if (sent === this.#drawn) return;
    this.#drawn = sent;
    if (!this.link.gone) this.link.commands.tell("seen", sent);
  }

  #heard(): void {
    const { commands } = this.link;
    if (!commands.pending("say")) {
      this.#asked = this.model.get("_asked");
      this.typed = this.model.get("sentence");
    }
    if (!commands.pending("look")) this.at = this.model.get("_at");
    this.#read();
    this.painter.changed();
  }

  #read(): void {
    const { model } = this;
    const tags = model.get("_names").length;
    const [now, before] = [unpack(model.get("_now")), unpack(model.get("_before"))];
    this.words = model.get("_words").map((word, i) => ({
      ...word,
      now: now.subarray(i * tags, (i + 1) * tags),
      before: before.subarray(i * tags, (i + 1) * tags),
    }));
  }
}
