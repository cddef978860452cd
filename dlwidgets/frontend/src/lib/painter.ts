/** Draws what has changed, once before each repaint. */

import type { Disposer } from "./dispose.ts";

export class Painter {
  readonly #bin: Disposer;
  readonly #name: string;
  readonly #views = new Set<() => void>();
  /** When the oldest change was made that is not drawn yet. */
  #since: number | null = null;

  /** `name` is that of the widget: `make bench` reads how long its pictures take. */
  constructor(bin: Disposer, name: string) {
    this.#bin = bin;
    this.#name = name;
  }

  /** Calls `draw` before the next repaint after any change; returns the end of it. */
  watch(draw: () => void): () => void {
    this.#views.add(draw);
    return () => this.#views.delete(draw);
  }

  /** Something is to be drawn; all that comes before the next repaint is drawn at once. */
  changed(): void {
    if (this.#since !== null) return;
    const start = this.#since = performance.now();
    this.#bin.frame(() => {
      this.#since = null;
      for (const draw of this.#views) draw();
      performance.measure(`${this.#name}:picture`, { start, end: performance.now() });
    });
  }
}
