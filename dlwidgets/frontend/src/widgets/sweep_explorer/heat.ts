/** The final loss of every combination of two options, as a map. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Context, lossText, type Part } from "./session.ts";

/** So many labels have room along an axis. */
const LABELS = 8;

export function heat({ bin, model, session, text }: Context): Part {
  const [down, across] = session.axes;
  const [rows, columns] = [down!.values.length, across!.values.length];
  const plot = svg("svg", { viewBox: `0 0 ${columns} ${rows}`, preserveAspectRatio: "none" });
  const scale = shades(session.final, model.get("_zones").map((zone) => zone === "diverged"));
  for (let run = 0; run < session.runs; run++) {
    const [row, column] = session.places(run);
    // The first value stands at the bottom, as on any chart.
    const [x, y] = [column!, rows - 1 - row!];
    const shade = scale.of(run);
    plot.append(svg("rect", {
      x,
      y,
      width: 1,
      height: 1,
      "data-run": run,
      ...(shade === null ? { class: "dlw-sw-out" } : { "fill-opacity": shade.toFixed(3) }),
    }));
    if (shade === null) {
      const d = `M${x + 0.3} ${y + 0.3}l.4 .4m0 -.4l-.4 .4`;
      plot.append(svg("path", { d, class: "dlw-sw-cross" }));
    }
  }
  const frame = (name: string): SVGElement => {
    const rect = svg("rect", { width: 1, height: 1, class: name });
    plot.append(rect);
    return rect;
  };
  const [best, chosen] = [frame("dlw-sw-top"), frame("dlw-sw-here")];
  const put = (rect: SVGElement, run: number): void => {
    const [row, column] = session.places(run);
    mark(rect, "x", String(column));
    mark(rect, "y", String(rows - 1 - row!));
  };
  if (model.get("_best") >= 0) put(best, model.get("_best"));
  else best.remove();
  const hint = svg("title", {});
  plot.append(hint);
  const at = (event: PointerEvent): number => {
    const box = plot.getBoundingClientRect();
    const part = (from: number, size: number, n: number): number =>
      Math.max(0, Math.min(n - 1, Math.floor(n * (from / size))));
    const column = part(event.clientX - box.left, box.width, columns);
    return session.at([rows - 1 - part(event.clientY - box.top, box.height, rows), column]);
  };
  bin.listen<PointerEvent>(plot, "pointermove", (event) => {
    const run = at(event);
    say(hint, `${session.name(run)}: ${lossText(session.final[run])}`);
    if (event.buttons === 1) session.choose(run);
  });
  bin.listen<PointerEvent>(plot, "pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    session.choose(at(event));
  });
  const name = { role: "img", "aria-label": text.mapLabel };
  const stand = h("div", { class: "dlw-sw-heat", ...name }, plot as unknown as Node);
  const key = h(
    "small",
    {},
    `${text.less} ${quantity(scale.low, 3)}`,
    h("i", { class: "dlw-sw-ramp" }),
    `${text.more} ${quantity(scale.high, 3)} · × ${text.zones.diverged}`,
  );
  return {
    el: h(
      "section",
      { class: "dlw-chart" },
      h("h3", {}, text.final, key),
      h(
        "div",
        { class: "dlw-sw-map" },
        ticks(down!.name, down!.labels, "down"),
        stand,
        ticks(across!.name, across!.labels, "across"),
      ),
    ),
    update: () => put(chosen, session.run),
  };
}

/** How dark each loss is drawn: by ratio, as losses span decades; null where a run diverged. */
export function shades(
  final: ArrayLike<number>,
  diverged: readonly boolean[],
): { low: number; high: number; of(run: number): number | null } {
  const known = Array.from(final).filter((loss, run) => !diverged[run] && Number.isFinite(loss));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const place = low > 0 ? Math.log : (loss: number): number => loss;
  const span = place(high) - place(low);
  return {
    low,
    high,
    of(run) {
      const loss = final[run]!;
      if (diverged[run] || !Number.isFinite(loss)) return null;
      return span > 0 ? 0.06 + 0.9 * (place(loss) - place(low)) / span : 0.06;
    },
  };
}

/** The values along an axis, as many as there is room for, and its name. */
function ticks(name: string, labels: readonly string[], way: "down" | "across"): HTMLElement {
  const every = Math.ceil(labels.length / LABELS);
  const places = labels.map((label, i) => i % every ? "" : label);
  if (way === "down") places.reverse();
  return h(
    "div",
    { class: "dlw-sw-ticks", "data-way": way, "aria-hidden": "true" },
    h("code", {}, name),
    h("div", {}, ...places.map((label) => h("span", {}, label))),
  );
}
