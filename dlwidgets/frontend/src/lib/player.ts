/** Moving through steps by itself: play, pause, scrub, speed. */

import type { Disposer } from "./dispose.ts";
import { h, mark, say } from "./dom.ts";
import { count } from "./format.ts";
import { common, type Language } from "./i18n.ts";
import { icon } from "./icons.ts";
import type { Part } from "./part.ts";

/** Steps a second that can be chosen. */
export const SPEEDS = [1, 2, 5, 10, 20, 50, 100] as const;

/** What is played: places 0 to `length − 1`. */
export interface Film {
  length(): number;
  at(): number;
  /** Shows a place; calls `changed` of the session by itself. */
  go(place: number): void;
}

/** Goes on by itself while `playing`; one for each session, shared by its views. */
export class Player {
  playing = false;
  speed: number;
  readonly #bin: Disposer;
  readonly #film: Film;
  readonly #changed: () => void;
  #last = 0;

  constructor(bin: Disposer, film: Film, changed: () => void, speed: number = 10) {
    this.#bin = bin;
    this.#film = film;
    this.#changed = changed;
    this.speed = speed;
  }

  /** Plays, from the start if the end is reached; or pauses. */
  toggle(): void {
    if (this.playing) return this.pause();
    if (this.#film.at() >= this.#film.length() - 1) this.#film.go(0);
    this.playing = true;
    this.#last = performance.now();
    this.#bin.frame(() => this.#tick());
    this.#changed();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#changed();
  }

  /** Goes to a place by hand, which ends playing. */
  scrub(place: number): void {
    this.pause();
    this.#film.go(Math.max(0, Math.min(this.#film.length() - 1, place)));
  }

  /** Space plays or pauses, arrows step, Home and End go to the ends; returns whether it was one. */
  key(event: KeyboardEvent): boolean {
    const steps = this.#film.length() - 1;
    const at = this.#film.at();
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: steps }[event.key];
    if (event.key !== " " && to === undefined) return false;
    if (to === undefined) this.toggle();
    else this.scrub(to);
    event.preventDefault();
    return true;
  }

  /** As many places a repaint as the speed asks for. */
  #tick(): void {
    if (!this.playing) return;
    const [now, end] = [performance.now(), this.#film.length() - 1];
    const places = Math.floor((now - this.#last) * this.speed / 1000);
    if (places > 0) {
      this.#last += places * 1000 / this.speed;
      const next = Math.min(end, this.#film.at() + places);
      this.#film.go(next);
      if (next >= end) return this.pause();
    }
    this.#bin.frame(() => this.#tick());
  }
}

/** The bar with the buttons; `where` says in words which place is shown. */
export function bar(
  bin: Disposer,
  language: Language,
  player: Player,
  film: Film,
  where: (place: number) => string,
): Part {
  const text = common[language];
  const play = h("button", { type: "button", class: "dlw-button dlw-player-play" });
  const back = h("button", { type: "button", class: "dlw-button", "aria-label": text.back });
  const step = h("button", { type: "button", class: "dlw-button", "aria-label": text.step });
  step.append(icon("step"));
  back.append(icon("back"));
  const scrub = h("input", { type: "range", class: "dlw-range", min: 0, step: 1 });
  mark(scrub, "aria-label", text.timeline);
  const place = h("output", {});
  const speed = h(
    "select",
    { class: "dlw-entry", "aria-label": text.speed },
    ...SPEEDS.map((one) => h("option", { value: one }, text.perSecond(String(one)))),
  );
  bin.listen(play, "click", () => player.toggle());
  bin.listen(back, "click", () => player.scrub(film.at() - 1));
  bin.listen(step, "click", () => player.scrub(film.at() + 1));
  bin.listen(scrub, "input", () => player.scrub(Number(scrub.value)));
  bin.listen(speed, "change", () => player.speed = Number(speed.value));
  let shown: boolean | null = null;
  return {
    el: h("div", { class: "dlw-player" }, play, back, step, scrub, place, speed),
    update() {
      const [at, end] = [film.at(), film.length() - 1];
      if (player.playing !== shown) {
        const label = player.playing ? text.pause : text.play;
        play.replaceChildren(icon(player.playing ? "pause" : "play"), h("span", {}, label));
      }
      shown = player.playing;
      mark(scrub, "max", String(Math.max(0, end)));
      if (scrub.value !== String(at)) scrub.value = String(at);
      mark(scrub, "aria-valuetext", where(at));
      say(place, `${count(at)} / ${count(Math.max(0, end))}`);
      if (speed.value !== String(player.speed)) speed.value = String(player.speed);
      play.disabled = scrub.disabled = end < 1;
      back.disabled = at <= 0;
      step.disabled = at >= end;
    },
  };
}
