/** The values of a vector as bars from zero. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { indexOf } from "./maps.ts";
import type { Context, Part, Picture } from "./session.ts";

/** So few bars have room for what they stand for. */
const NAMED = 20;
const [WIDTH, HEIGHT] = [600, 160];

/** The bars, and the one under the pointer or keys in words. */
export function bars(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const plot = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" });
  const names = h("div", { class: "dlw-me-names", "aria-hidden": "true" });
  const name = { tabindex: 0, role: "group", "aria-label": text.bars };
  const stand = h("div", { class: "dlw-me-plot", ...name }, plot as unknown as Node, names);
  const readout = h("div", { class: "dlw-me-readout" });
  const el = h("div", { class: "dlw-me-bars" }, stand, readout);
  let drawn: Picture | null = null;
  let cursor: number | null = null;

  const label = (index: number): string => {
    const labels = model.get("_labels");
    const last = model.get("_layers")[0]?.output.endsWith(`×${labels.length}`);
    return last && drawn?.total === labels.length ? labels[index] ?? "" : "";
  };
  const read = (aloud: boolean): void => {
    [...plot.querySelectorAll("rect")].forEach((bar, i) => mark(bar, "data-at", i === cursor));
    mark(readout, "data-idle", cursor === null);
    if (!drawn || cursor === null) {
      say(readout, text.readHint);
      return;
    }
    const at = indexOf(drawn.first + cursor, drawn.lead).join(", ");
    const value = quantity(drawn.values[cursor], 5);
    const called = label(drawn.first + cursor);
    say(readout, `[${at}]${called && called !== at ? ` ${called}` : ""} = ${value}`);
    if (aloud) announcer.tell(called ? text.labelled(at, called, value) : text.bar(at, value));
  };
  const go = (index: number, aloud: boolean): void => {
    if (!drawn) return;
    cursor = Math.max(0, Math.min(drawn.values.length - 1, index));
    read(aloud);
  };
  bin.listen<PointerEvent>(stand, "pointermove", (event) => {
    if (!drawn) return;
    const { left, width } = plot.getBoundingClientRect();
    go(Math.floor(drawn.values.length * (event.clientX - left) / width), false);
  });
  bin.listen<KeyboardEvent>(stand, "keydown", (event) => {
    const at = cursor ?? -1;
    const places: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: (drawn?.values.length ?? 1) - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    go(place, true);
  });
  return {
    el,
    update() {
      if (session.picture === drawn) return;
      drawn = session.picture;
      plot.replaceChildren(...shapes(drawn));
      const few = drawn.values.length <= NAMED;
      names.replaceChildren(
        ...[...(few ? drawn.values : [])].map((value, i) =>
          h(
            "span",
            {},
            h("b", {}, label(drawn!.first + i) || String(drawn!.first + i)),
            h("i", {}, quantity(value, 3)),
          )
        ),
      );
      cursor = null;
      read(false);
    },
  };
}

function shapes({ scale, stats, values }: Picture): SVGElement[] {
  // Zero is always in sight, so that lengths can be compared.
  const [low, high] = [Math.min(0, stats[3]!), Math.max(0, stats[4]!)];
  const y = (value: number): number =>
    high > low ? 4 + (HEIGHT - 8) * (high - value) / (high - low) : HEIGHT - 4;
  const width = WIDTH / values.length;
  const rects = [...values].map((value, i) => {
    const broken = !Number.isFinite(value);
    const [a, b] = broken ? [4, HEIGHT - 4] : [y(Math.max(0, value)), y(Math.min(0, value))];
    const tone = broken ? "broken" : value < 0 ? "negative" : "positive";
    const gap = Math.min(2, width * 0.15);
    return svg("rect", {
      x: i * width + gap,
      y: a,
      width: width - 2 * gap,
      height: Math.max(scale > 0 ? 0.6 : 0, b - a),
      "data-tone": tone,
    });
  });
  return [...rects, svg("line", { x1: 0, x2: WIDTH, y1: y(0), y2: y(0) })];
}
