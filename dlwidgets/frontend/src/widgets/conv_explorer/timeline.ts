/** The window's way over the input: play, pause, scrub, speed. */

import { h, mark, say } from "../../lib/dom.ts";
import { icon } from "../../lib/icons.ts";
import type { Context, Part } from "./part.ts";

/** Cells a second at the ends of the speed slider, which is logarithmic. */
export const SPEEDS = [0.5, 1, 2, 4, 8, 15, 30] as const;

/** What buttons and shortcuts do. */
export interface Actions {
  play(): void;
  step(by: number): void;
}

export function actions({ pointer, session }: Context): Actions {
  const go = (place: number): void => {
    pointer.pin = null;
    const last = session.picture.before.length - 1;
    session.put("position", Math.max(0, Math.min(last, place)));
  };
  return {
    play() {
      const { model, picture, position } = session;
      const playing = model.get("playing");
      if (!playing && position === picture.before.length - 1) go(0);
      pointer.pin = null;
      session.put("playing", !playing);
    },
    step(by) {
      session.put("playing", false);
      go(session.position + by);
    },
  };
}

/** The bar under the grids. */
export function timeline(context: Context, act: Actions): Part {
  const { bin, pointer, session, text } = context;
  const play = h("button", { type: "button", class: "dlw-button dlw-cv-play" });
  const scrub = h("input", { type: "range", class: "dlw-range dlw-cv-scrub", min: 0, step: 1 });
  mark(scrub, "aria-label", text.timeline);
  const where = h("span", { class: "dlw-cv-where" });
  const speed = h("input", { type: "range", class: "dlw-range", min: 0, step: 1 });
  speed.max = String(SPEEDS.length - 1);
  mark(speed, "aria-label", text.speed);
  const pace = h("label", { class: "dlw-cv-speed" }, text.speed, speed);
  bin.listen(play, "click", act.play);
  bin.listen(scrub, "input", () => {
    pointer.pin = null;
    session.put("playing", false);
    session.put("position", Number(scrub.value));
  });
  bin.listen(speed, "input", () => session.put("speed", SPEEDS[Number(speed.value)]!));
  let shown: boolean | null = null;
  return {
    el: h("div", { class: "dlw-cv-timeline" }, play, scrub, where, pace),
    update() {
      const { picture: now, position } = session;
      const playing = session.model.get("playing");
      if (playing !== shown) {
        const label = playing ? text.pause : text.play;
        play.replaceChildren(icon(playing ? "pause" : "play"), h("span", {}, label));
        play.title = text.playHint;
      }
      shown = playing;
      scrub.max = String(now.before.length - 1);
      scrub.value = String(position);
      const [height, width] = now.size;
      const [row, column] = [Math.floor(position / width) % height, position % width];
      mark(scrub, "aria-valuetext", text.outputAt(row + 1, column + 1));
      say(where, `${position + 1} / ${now.before.length}`);
      speed.value = String(nearest(session.model.get("speed")));
      mark(speed, "aria-valuetext", text.perSecond(session.model.get("speed")));
      speed.title = text.perSecond(session.model.get("speed"));
    },
  };
}

function nearest(value: number): number {
  const away = SPEEDS.map((speed) => Math.abs(Math.log(speed / value)));
  return away.indexOf(Math.min(...away));
}
