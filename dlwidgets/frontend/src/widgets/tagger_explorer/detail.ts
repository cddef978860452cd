/** The word that is looked at: its vector in the embedding, and the words near it. */

import { paint, palette } from "../../lib/diverging.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { onTheme } from "../../lib/theme.ts";
import { unpack } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

/** Numbers of a vector that are written out. */
const WRITTEN = 6;

export function detail({ bin, model, session, text }: Context): Part {
  const title = h("h3", {});
  const canvas = h("canvas", { role: "img" });
  const numbers = h("code", {});
  const near = h("p", { class: "dlw-tg-near" });
  const hint = h("p", { class: "dlw-tg-hint" });
  const body = h("div", { class: "dlw-tg-vector" }, canvas, numbers, near);
  const el = h("section", { class: "dlw-tg-detail", "aria-label": text.vector }, title, body, hint);
  let drawn = "";
  const draw = (row: Float32Array): void => {
    const most = row.reduce((a, b) => Math.max(a, Math.abs(b) || 0), 0);
    paint(canvas, row, [1, row.length], most, palette(el));
    mark(canvas, "aria-label", text.vectorOf(String(row.length), quantity(most, 3)));
    mark(canvas, "title", text.vectorOf(String(row.length), quantity(most, 3)));
  };
  onTheme(bin, () => {
    const row = unpack(model.get("_row"));
    if (row.length) draw(row);
  });
  return {
    el,
    update() {
      const row = unpack(model.get("_row"));
      const word = session.words[model.get("_at")];
      const there = word !== undefined && row.length > 0;
      body.hidden = !there;
      hint.hidden = there;
      say(hint, word === undefined ? text.point : text.noVector);
      say(title, there ? text.vectorTitle(word.word || word.text) : text.vector);
      if (!there) return;
      if (row.join() !== drawn) draw(row);
      drawn = row.join();
      const written = [...row.subarray(0, WRITTEN)].map((one) => quantity(one, 3)).join(", ");
      say(numbers, `[${written}${row.length > WRITTEN ? ", …" : ""}]`);
      const all = model.get("_near");
      near.replaceChildren(
        h("span", {}, all.length ? text.near : text.noNear),
        ...all.map((one) =>
          h("span", { class: "dlw-tg-neighbour" }, h("b", {}, one.word), quantity(one.cosine, 2))
        ),
      );
    },
  };
}
