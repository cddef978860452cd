/** Commands to Python: `{cmd, value, seq}` out, `{kind: "ack", seq, error}` back. */

import type { Disposer } from "./dispose.ts";

interface Sent {
  readonly key: string;
  readonly seq: number;
  late: boolean;
}

interface Waiting {
  readonly cmd: string;
  readonly value: unknown;
}

/** After this many milliseconds without an answer the user is told that the kernel is busy. */
export const LATE = 4000;

/**
 * Sends commands and keeps count of the answers.
 *
 * While a slider is dragged, at most one of its values is on the way; of those that come up
 * meanwhile only the newest is kept. The value at release is always sent.
 */
export class Commands {
  readonly #send: (content: unknown) => void;
  readonly #bin: Disposer;
  readonly #changed: () => void;
  readonly #sent = new Map<string, Sent>();
  readonly #next = new Map<string, Waiting>();
  // Every page that shows this model hears every answer, so pages must not share numbers.
  #seq = Math.floor(Math.random() * 2 ** 31);
  /** The last refusal, in Python's words, and what it refused. */
  refusal: { readonly key: string; readonly text: string } | null = null;

  constructor(send: (content: unknown) => void, bin: Disposer, changed: () => void) {
    this.#send = send;
    this.#bin = bin;
    this.#changed = changed;
  }

  /** Whether an answer has been missing for some seconds. */
  get late(): boolean {
    return [...this.#sent.values()].some((sent) => sent.late);
  }

  /** Whether the command filed under `key` is still unanswered. */
  pending(key: string): boolean {
    return this.#sent.has(key) || this.#next.has(key);
  }

  /** Sends at once: buttons, and the exact value when a slider is let go. */
  now(key: string, cmd: string, value: unknown = null): void {
    this.#next.delete(key);
    this.#seq += 1;
    const sent = { key, seq: this.#seq, late: false };
    this.#sent.set(key, sent);
    if (this.refusal?.key === key) this.refusal = null;
    this.#send({ cmd, value, seq: sent.seq });
    this.#bin.timer(LATE, () => {
      if (this.#sent.get(key) !== sent) return;
      sent.late = true;
      this.#changed();
    });
    this.#changed();
  }

  /** Sends now if nothing is on the way under `key`, else keeps only the newest for later. */
  newest(key: string, cmd: string, value: unknown): void {
    if (this.#sent.has(key)) this.#next.set(key, { cmd, value });
    else this.now(key, cmd, value);
  }

  /** Sends what needs no answer. */
  tell(cmd: string, value: unknown): void {
    this.#send({ cmd, value });
  }

  /** Takes in an answer; those to other pages are no concern of ours. */
  answer(seq: number, error: string): void {
    for (const sent of this.#sent.values()) {
      // Whoever answers one command is there for all of them.
      sent.late = false;
      if (sent.seq !== seq) continue;
      this.#sent.delete(sent.key);
      if (error) this.refusal = { key: sent.key, text: error };
      const next = this.#next.get(sent.key);
      if (next) this.now(sent.key, next.cmd, next.value);
    }
    this.#changed();
  }
}
