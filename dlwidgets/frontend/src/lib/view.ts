/** The frame around every widget: one session a model, any number of views, errors in sight. */

import { Disposer } from "./dispose.ts";
import { h, say } from "./dom.ts";
import type { Factory, Model, Widget } from "./host.ts";
import { common, type Language, pickLanguage } from "./i18n.ts";
import { Announcer } from "./live.ts";

/** Traits that `widgets/base.py` gives every widget. */
export interface BaseTraits {
  _language: string;
  _failure: string;
}

/** What a view is drawn from. */
export interface Scene<T, S> {
  readonly model: Model<T>;
  readonly session: S;
  readonly bin: Disposer;
  readonly language: Language;
  readonly announcer: Announcer;
}

/** A widget in two parts: `open` once a model, `draw` once a view (and at a change of language). */
export interface Parts<T, S> {
  readonly name: string;
  open(model: Model<T>, bin: Disposer): S;
  draw(scene: Scene<T, S>): HTMLElement;
}

/** Makes a bundle's default export. */
export function widget<T extends BaseTraits, S>(parts: Parts<T, S>): Factory<T> {
  return (): Widget<T> => {
    const frames = new Set<Frame<T, S>>();
    const report = (error: unknown): void => frames.forEach((frame) => frame.show(error));
    let session: S;
    // The model has no place of its own on the page: what fails here is shown by its views.
    let broken: unknown;
    return {
      initialize({ model }) {
        const bin = new Disposer(report);
        try {
          session = parts.open(model, bin);
        } catch (error) {
          broken = error;
        }
        return () => bin.dispose();
      },
      render({ model, el }) {
        const frame = new Frame(parts, model, el);
        frames.add(frame);
        if (broken === undefined) frame.draw(session);
        else frame.show(broken);
        return () => {
          frames.delete(frame);
          frame.dispose();
        };
      },
    };
  };
}

class Frame<T extends BaseTraits, S> {
  readonly #parts: Parts<T, S>;
  readonly #model: Model<T>;
  readonly #el: HTMLElement;
  readonly #failure = h("p", { class: "dlw-failure", role: "alert", hidden: true });
  readonly #bin = new Disposer((error) => this.show(error));
  #inner: Disposer | null = null;

  constructor(parts: Parts<T, S>, model: Model<T>, el: HTMLElement) {
    this.#parts = parts;
    this.#model = model;
    this.#el = el;
  }

  /** Draws, and draws again whenever the language changes. */
  draw(session: S): void {
    const again = (): void => {
      this.#inner?.dispose();
      this.#el.replaceChildren(this.#failure);
      this.#inner = new Disposer((error) => this.show(error));
      try {
        const announcer = new Announcer(this.#inner);
        const scene = {
          model: this.#model,
          session,
          bin: this.#inner,
          language: this.#language(),
          announcer,
        };
        this.#el.append(this.#parts.draw(scene), announcer.el);
      } catch (error) {
        this.show(error);
      }
    };
    this.#bin.follow(this.#model, "change:_language", again);
    this.#bin.follow(this.#model, "change:_failure", () => this.#failed());
    again();
    this.#failed();
  }

  #language(): Language {
    return pickLanguage(this.#model.get("_language"), document.documentElement.lang);
  }

  #failed(): void {
    const text = this.#model.get("_failure");
    if (text) this.#tell(text);
    else this.#failure.hidden = true;
  }

  /** Shows an error in the output area, where the user looks. */
  show(error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#tell(common[this.#language()].failed(this.#parts.name, text));
    if (!this.#failure.isConnected) this.#el.prepend(this.#failure);
  }

  #tell(text: string): void {
    this.#failure.hidden = false;
    say(this.#failure, `${common[this.#language()].prefix} ${text}`);
  }

  dispose(): void {
    this.#inner?.dispose();
    this.#bin.dispose();
    this.#el.replaceChildren();
  }
}
