/** Tells screen readers what changed. */

import type { Disposer } from "./dispose.ts";
import { h } from "./dom.ts";

/** A hidden live region; what it is told in quick succession is spoken as one message. */
export class Announcer {
  readonly el: HTMLElement = h("div", {
    class: "dlw-spoken",
    role: "status",
    "aria-live": "polite",
  });
  readonly #bin: Disposer;
  #waiting: string[] = [];

  constructor(bin: Disposer) {
    this.#bin = bin;
  }

  /** Speaks `text` at the next pause. */
  tell(text: string): void {
    if (this.#waiting.push(text) > 1) return;
    this.#bin.timer(120, () => {
      this.el.textContent = this.#waiting.join(". ");
      this.#waiting = [];
    });
  }
}
