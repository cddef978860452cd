/**
 * What a widget meets, without Jupyter: a model and a place to be drawn, for the view tests.
 * The types are those of anywidget's front-end modules (AFM).
 */

/** A widget's model as the view sees it. */
export interface Model<T> {
  get<K extends keyof T & string>(key: K): T[K];
  set<K extends keyof T & string>(key: K, value: T[K]): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBufferView[]): void;
  // deno-lint-ignore no-explicit-any -- each event has arguments of its own
  on(event: string, callback: (...args: any[]) => void): void;
  // deno-lint-ignore no-explicit-any -- as above
  off(event: string, callback: (...args: any[]) => void): void;
}

type Undo = () => void;

/** What a bundle's default export makes for each model. */
export interface Widget<T> {
  initialize(context: { model: Model<T> }): Undo;
  render(context: { model: Model<T>; el: HTMLElement }): Undo;
}

/** A bundle's default export. */
export type Factory<T> = () => Widget<T>;

type Listener = (...args: unknown[]) => void;

/** A model whose other end is the test: it plays the kernel. */
export class HostModel<T extends object> implements Model<T> {
  /** Everything the view has sent, oldest first. */
  readonly sent: unknown[] = [];
  /** The buffers of each of these. */
  readonly buffers: ArrayBufferView[][] = [];
  /** Every trait the view has saved, oldest first. */
  readonly saved: Partial<T>[] = [];
  /** Called for each message of the view, so that a test can answer. */
  onSend: (content: unknown, buffers: ArrayBufferView[]) => void = () => {};
  /** Called with the traits that the view saves. */
  onSave: (state: Partial<T>) => void = () => {};
  readonly #state: T;
  readonly #listeners = new Map<string, Set<Listener>>();
  #unsaved: Partial<T> = {};

  constructor(state: T) {
    this.#state = { ...state };
  }

  get<K extends keyof T & string>(key: K): T[K] {
    return this.#state[key];
  }

  set<K extends keyof T & string>(key: K, value: T[K]): void {
    this.#unsaved[key] = value;
    this.#put(key, value);
  }

  save_changes(): void {
    const state = this.#unsaved;
    this.#unsaved = {};
    this.saved.push(state);
    this.onSave(state);
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBufferView[] = []): void {
    this.sent.push(content);
    this.buffers.push(buffers);
    this.onSend(content, buffers);
  }

  on(event: string, callback: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(callback));
  }

  off(event: string, callback: Listener): void {
    this.#listeners.get(event)?.delete(callback);
  }

  /** How many listeners there are in all. */
  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, some) => sum + some.size, 0);
  }

  /** Python changes traits. */
  update(state: Partial<T>): void {
    for (const key of Object.keys(state) as (keyof T & string)[]) {
      this.#put(key, state[key] as T[typeof key]);
    }
  }

  /** Python sends a custom message. */
  receive(content: unknown, buffers: readonly unknown[] = []): void {
    this.#fire("msg:custom", content, buffers);
  }

  /** Anything else the front end tells its models, as `comm_live_update`. */
  #fire(event: string, ...args: unknown[]): void {
    for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(...args);
  }

  /** The connection to the kernel ends. */
  disconnect(): void {
    this.send = () => {
      throw new Error("the comm is closed");
    };
    this.#fire("comm_live_update");
  }

  #put<K extends keyof T & string>(key: K, value: T[K]): void {
    if (Object.is(this.#state[key], value)) return;
    this.#state[key] = value;
    this.#fire(`change:${key}`, this, value);
  }
}

/** Runs a bundle the way anywidget does; `mount` may be called for several views. */
export function host<T extends object>(
  factory: Factory<T>,
  model: HostModel<T>,
): { mount(el: HTMLElement): Undo; close: Undo } {
  const widget = factory();
  const close = widget.initialize({ model });
  return { mount: (el) => widget.render({ model, el }), close };
}
