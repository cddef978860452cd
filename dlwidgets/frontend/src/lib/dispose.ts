/** Collects listeners, timers and observers, and undoes them all at once. */

type Guarded<A extends unknown[]> = (...args: A) => void;

/**
 * Everything a view starts goes through its disposer. Once disposed, nothing fires any more, and
 * a callback that throws reports its error where the user can see it.
 */
export class Disposer {
  readonly #undo = new Set<() => void>();
  readonly #report: (error: unknown) => void;
  #done = false;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Whether `dispose` has run. */
  get done(): boolean {
    return this.#done;
  }

  /** Runs `undo` at disposal; returns a function that runs it earlier. */
  add(undo: () => void): () => void {
    const once = (): void => {
      if (this.#undo.delete(once)) undo();
    };
    this.#undo.add(once);
    return once;
  }

  /** Makes a callback safe: silent after disposal, its errors reported. */
  guard<A extends unknown[]>(callback: (...args: A) => void): Guarded<A> {
    return (...args) => {
      if (this.#done) return;
      try {
        callback(...args);
      } catch (error) {
        this.#report(error);
      }
    };
  }

  /** Listens on an element, the window, a media query. */
  listen<E extends Event = Event>(
    target: EventTarget,
    type: string,
    callback: (event: E) => void,
    options?: AddEventListenerOptions,
  ): void {
    const guarded = this.guard(callback) as EventListener;
    target.addEventListener(type, guarded, options);
    this.add(() => target.removeEventListener(type, guarded, options));
  }

  /** Listens on a model. */
  follow<A extends unknown[]>(
    model: {
      on(event: string, callback: (...args: A) => void): void;
      off(event: string, callback: (...args: A) => void): void;
    },
    event: string,
    callback: (...args: A) => void,
  ): void {
    const guarded = this.guard(callback);
    model.on(event, guarded);
    this.add(() => model.off(event, guarded));
  }

  /** Runs `callback` once after `milliseconds`; returns a function that calls it off. */
  timer(milliseconds: number, callback: () => void): () => void {
    const guarded = this.guard(callback);
    const id = setTimeout(() => {
      this.#undo.delete(cancel);
      guarded();
    }, milliseconds);
    const cancel = this.add(() => clearTimeout(id));
    return cancel;
  }

  /** Runs `callback` before the next repaint; returns a function that calls it off. */
  frame(callback: () => void): () => void {
    const guarded = this.guard(callback);
    const id = requestAnimationFrame(() => {
      this.#undo.delete(cancel);
      guarded();
    });
    const cancel = this.add(() => cancelAnimationFrame(id));
    return cancel;
  }

  /** Follows an element's size. */
  resized(element: Element, callback: (width: number, height: number) => void): void {
    const guarded = this.guard(callback);
    const observer = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (box) guarded(box.width, box.height);
    });
    observer.observe(element);
    this.add(() => observer.disconnect());
  }

  /** Undoes everything, the newest first. */
  dispose(): void {
    this.#done = true;
    for (const undo of [...this.#undo].reverse()) undo();
  }
}
