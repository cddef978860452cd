/** The choice of a channel, each with a small picture of itself. */

import { h, mark, say } from "../../lib/dom.ts";
import type { Context } from "./part.ts";
import { paint } from "./pixels.ts";
import type { Sheet } from "./sheets.ts";

/** More channels than this are chosen by a slider. */
const MOST = 8;

/** Rows and columns of a small picture at most. */
const SIDE = 64;

export interface Channels {
  readonly el: HTMLElement;
  /** Shows one small picture a channel; `dim` are those that take no part. */
  show(sheets: readonly Sheet[], chosen: number, dim: (channel: number) => boolean): void;
}

export function channels(
  { bin, text }: Context,
  label: string,
  choose: (channel: number) => void,
): Channels {
  const list = h("div", { class: "dlw-cv-thumbs", role: "group", "aria-label": label });
  const range = { type: "range", class: "dlw-range", min: 0, step: 1 };
  const slider = h("input", { ...range, "aria-label": label });
  const name = h("span");
  const many = h("div", { class: "dlw-cv-many" }, slider, name);
  const el = h("div", { class: "dlw-cv-channels" }, list, many);
  bin.listen(slider, "input", () => choose(Number(slider.value)));
  const buttons: { el: HTMLButtonElement; canvas: HTMLCanvasElement; key: string }[] = [];
  const room = (count: number): void => {
    while (buttons.length > count) buttons.pop()!.el.remove();
    while (buttons.length < count) {
      const index = buttons.length;
      const canvas = h("canvas");
      const button = h("button", { type: "button", "aria-label": text.channel(index) }, canvas);
      button.title = text.channel(index);
      bin.listen(button, "click", () => choose(index));
      buttons.push({ el: button, canvas, key: "" });
      list.append(button);
    }
  };
  return {
    el,
    show(sheets, chosen, dim) {
      const alone = sheets.length < 2;
      list.hidden = alone || sheets.length > MOST;
      many.hidden = alone || !list.hidden;
      if (alone) return;
      if (list.hidden) {
        slider.max = String(sheets.length - 1);
        slider.value = String(chosen);
        say(name, text.channelOf(chosen, sheets.length));
        return;
      }
      room(sheets.length);
      buttons.forEach((button, index) => {
        mark(button.el, "aria-pressed", String(index === chosen));
        mark(button.el, "data-dim", dim(index));
        if (button.key === sheets[index]!.key) return;
        button.key = sheets[index]!.key;
        paint(button.canvas, thinned(sheets[index]!));
      });
    },
  };
}

/** Every so many rows and columns: enough for a picture of this size. */
function thinned(sheet: Sheet): Sheet {
  const step = Math.ceil(Math.max(sheet.rows, sheet.columns) / SIDE);
  if (step < 2) return sheet;
  const [rows, columns] = [Math.ceil(sheet.rows / step), Math.ceil(sheet.columns / step)];
  const values = Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns) * step, (at % columns) * step];
    return sheet.values[row * sheet.columns + column]!;
  });
  return { rows, columns, values, key: sheet.key };
}
