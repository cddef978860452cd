/** How the values of a tensor are distributed: a histogram and the numbers of it. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { count, percent, quantity } from "../../lib/format.ts";
import type { Context, Part, Picture } from "./session.ts";

const [WIDTH, HEIGHT] = [246, 64];

/** Histogram, mean, std, ends, zeros, and what is no number. */
export function numbers({ model, session, text }: Context): Part {
  const plot = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
  });
  const [low, high] = [h("span"), h("span")];
  const scope = h("span", { class: "dlw-me-scope" });
  const list = h("div", { class: "dlw-me-stats" });
  const labels = [text.all, text.mean, text.std, text.least, text.greatest, text.zeros];
  const cells = [...labels, text.nans, text.infinities].map((label) => {
    const value = h("b");
    const cell = h("div", {}, h("span", {}, label), value);
    list.append(cell);
    return [cell, value] as const;
  });
  const head = h("div", { class: "dlw-me-valuehead" }, h("b", {}, text.values), scope);
  const ends = h("div", { class: "dlw-me-ends" }, low, high);
  const el = h("div", { class: "dlw-me-numbers" }, head, plot as unknown as Node, ends, list);
  let drawn: Picture | null = null;
  return {
    el,
    update() {
      say(scope, model.get("_open").sampled ? text.ofSample : text.ofAll);
      if (session.picture === drawn) return;
      drawn = session.picture;
      const { counts, stats } = drawn;
      plot.replaceChildren(...shapes(counts, stats));
      // Of one value alone the bins have a width of their own making.
      say(low, quantity(stats[3], 3));
      say(high, stats[4]! > stats[3]! ? quantity(stats[4], 3) : "");
      mark(plot, "aria-label", text.histogram(quantity(stats[3], 3), quantity(stats[4], 3)));
      const [all, , , , , zeros, nans, infinities] = stats as unknown as number[];
      const finite = all! > nans! + infinities!;
      const words = [
        count(all!),
        ...[1, 2, 3, 4].map((i) => finite ? quantity(stats[i], 4) : text.none),
        percent(100 * zeros! / all!),
        count(nans!),
        count(infinities!),
      ];
      cells.forEach(([cell, value], i) => {
        say(value, words[i]!);
        cell.hidden = i >= 6 && stats[i] === 0;
      });
    },
  };
}

function shapes(counts: Uint32Array, stats: Float64Array): SVGElement[] {
  const most = Math.max(1, ...counts);
  const width = WIDTH / counts.length;
  const rects = [...counts].map((many, i) => {
    // What is there at all can be seen.
    const height = many > 0 ? Math.max(1, (HEIGHT - 2) * many / most) : 0;
    return svg("rect", {
      x: i * width + 0.5,
      y: HEIGHT - height,
      width: width - 1,
      height,
    });
  });
  const [low, high] = [stats[3]!, stats[4]!];
  if (low < 0 && high > 0) {
    const x = WIDTH * -low / (high - low);
    rects.push(svg("line", { x1: x, x2: x, y1: 0, y2: HEIGHT }) as unknown as SVGRectElement);
  }
  return rects;
}
