/** What is decoded from the code, as large as there is room for. */

import { h, mark, say } from "../../lib/dom.ts";
import { type Context, type Part, type Pixels } from "./session.ts";
import { paint } from "./tiles.ts";

export function picture({ bin, model, session, text }: Context): Part {
  const [rows, columns] = model.get("_size") as [number, number];
  const label = text.decodedLabel(`${rows}×${columns}`);
  const canvas = h("canvas", { class: "dlw-le-pixels", role: "img", "aria-label": label });
  const trouble = h("p", { class: "dlw-le-trouble", role: "alert" });
  let shown: Pixels | null = null;
  const draw = bin.guard(() => {
    if (shown === session.image) return;
    shown = session.image;
    paint(canvas, shown, 1);
  });
  // Pixels are there before anything else of the page is brought up to date.
  bin.add(session.watch(draw));
  return {
    el: h("section", { class: "dlw-le-decoded" }, h("h3", {}, text.decoded), canvas, trouble),
    update() {
      draw();
      // The code is ahead of the picture as long as the kernel has not answered.
      mark(canvas, "aria-busy", session.waiting);
      say(trouble, session.broken ? text.broken(String(session.broken)) : "");
    },
  };
}
