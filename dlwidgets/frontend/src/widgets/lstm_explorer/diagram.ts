/** One step of one unit as a drawing: gates, products, sums, with their numbers. */

import { h, mark, say, svg } from "../../lib/dom.ts";
import { quantity } from "../../lib/format.ts";
import { type Context, held, type Part, type Session } from "./session.ts";
import {
  BOX_HEIGHT,
  BOX_WIDTH,
  numbers,
  type Sum,
  WIDTH,
  type Wiring,
  wiringOf,
} from "./wiring.ts";

type Update = (values: Record<string, number>, before: Record<string, number> | null) => void;

export function diagram(context: Context): Part {
  const { bin, model, session, text } = context;
  const stand = h("div", { class: "dlw-ls-drawing" });
  const which = h("span", {});
  const unit = h("input", {
    ...{ type: "number", class: "dlw-entry", min: 0, step: 1, "aria-label": text.unit },
  });
  bin.listen(unit, "change", () => session.go(session.step, Math.round(Number(unit.value)) || 0));
  const note = h("small", {});
  const head = h(
    "h3",
    {},
    text.diagram,
    which,
    h("label", { class: "dlw-ls-unit" }, text.unit, unit),
  );
  let updates: Update[] = [];
  let drawing: SVGElement | null = null;
  let known = "";
  return {
    el: h("section", { class: "dlw-ls-diagram" }, head, stand, note),
    update() {
      const { net } = session;
      const reverse = model.get("direction") === "reverse";
      const key = JSON.stringify([net.kind, net.relu, net.out, net.hidden, reverse]);
      if (key !== known) {
        [drawing, updates] = draw(context, wiringOf(net, reverse));
        stand.replaceChildren(drawing as unknown as Node);
      }
      known = key;
      const step = String(session.step);
      const word = model.get("_word")[0] ?? "";
      say(which, text.at(step, word));
      mark(unit, "max", String(net.hidden - 1));
      if (document.activeElement !== unit) unit.value = String(session.unit);
      mark(drawing!, "aria-label", text.diagramLabel(String(session.unit), step));
      mark(stand, "data-waiting", !session.settled);
      say(note, session.unit >= net.out ? text.beyond(String(net.out)) : "");
      const [now, before] = values(session);
      for (const update of updates) update(now, before);
    },
  };
}

/** What the kernel says of each gate. */
export function sumsOf({ model }: Session): Sum[] {
  const flat = held(model.get("_sums"));
  return Array.from(
    { length: flat.length / 5 },
    (_, i) => Array.from(flat.subarray(5 * i, 5 * i + 5)) as unknown as Sum,
  );
}

/** The numbers of the drawing now, and those of gates and states without the changes. */
function values(
  session: Session,
): [Record<string, number>, Record<string, number> | null] {
  const { model, net } = session;
  const now = numbers(net.gates, sumsOf(session), held(model.get("_ends")));
  if (!model.get("_changed")) return [now, null];
  const flat = held(model.get("_ends_before"));
  const old = Object.fromEntries(net.gates.map((gate, i) => [gate, flat[i]!]));
  const [h_before, h_, c_before, c] = flat.subarray(net.gates.length);
  return [now, { ...old, h_before: h_before!, h: h_!, c_before: c_before!, c: c! }];
}

function draw(context: Context, wiring: Wiring): [SVGElement, Update[]] {
  const updates: Update[] = [];
  const root = svg("svg", {
    ...{ viewBox: `0 0 ${WIDTH} ${wiring.height}`, role: "img", class: "dlw-ls-cell" },
  });
  const d = wiring.lines.join("");
  root.append(svg("path", { d, class: "dlw-ls-wire" }));
  for (const { gate, squash, x, y } of wiring.boxes) {
    root.append(box(context, gate, squash, [x, y], updates));
  }
  for (const { dx = 0, dy = 0, shows, sign, x, y } of wiring.signs) {
    const wide = sign === "tanh" ? 22 : 12;
    root.append(
      svg("rect", {
        ...{ x: x - wide, y: y - 12, width: 2 * wide, height: 24, rx: 12, class: "dlw-ls-sign" },
      }),
      label(sign, x, y, "middle", ""),
    );
    if (!shows) continue;
    const anchor = dx === 0 ? "middle" : "start";
    const number = label("", x + dx, y + dy, anchor, "dlw-ls-number");
    root.append(number);
    updates.push((now) => say(number, quantity(now[shows], 3)));
  }
  for (const { anchor, name, shows, x, y } of wiring.ends) {
    root.append(label(name, x, shows ? y - 9 : y, anchor, "dlw-ls-end"));
    if (!shows) continue;
    const number = label("", x, y + 8, anchor, "dlw-ls-number");
    const was = label("", x, y + 22, anchor, "dlw-ls-was");
    root.append(number, was);
    updates.push((now, before) => {
      const [value, old] = [now[shows]!, before?.[shows]];
      say(
        number,
        Number.isNaN(value) && context.session.unit >= context.session.net.out
          ? "–"
          : quantity(value, 4),
      );
      const moved = old !== undefined && !Object.is(old, value);
      say(was, moved ? context.text.was(quantity(old, 3)) : "");
    });
  }
  return [root, updates];
}

/** A gate: its letter, what squashes it, its value as number and tint; dashed while held. */
function box(
  { session, text }: Context,
  gate: string,
  squash: string,
  [x, y]: readonly [number, number],
  updates: Update[],
): SVGElement {
  const rect = svg("rect", {
    ...{ x: x - BOX_WIDTH / 2, y: y - BOX_HEIGHT / 2, width: BOX_WIDTH, height: BOX_HEIGHT, rx: 5 },
  });
  const name = label(gate, x - 24, y - 7, "start", "dlw-ls-letter");
  const how = label(squash, x + 26, y - 7, "end", "dlw-ls-was");
  const number = label("", x, y + 11, "middle", "dlw-ls-number");
  const hint = svg("title", {});
  const group = svg("g", { class: "dlw-ls-box" }, rect, name, how, number, hint);
  updates.push((now) => {
    const value = now[gate]!;
    const one = session.held(gate);
    say(number, quantity(value, 3));
    const broken = !Number.isFinite(value);
    mark(group, "data-broken", broken);
    mark(group, "data-sign", value < 0 ? "negative" : "positive");
    rect.style.setProperty("--heat", broken ? "0" : Math.min(1, Math.abs(value)).toFixed(3));
    mark(group, "data-held", one !== undefined);
    const to = one?.to === "mean" ? text.mean : one?.to ?? "";
    say(how, one ? `= ${to}` : squash);
    const kind = text.parts[gate as keyof typeof text.parts];
    say(hint, one ? `${kind} · ${text.holdAt(to)}` : kind);
  });
  return group;
}

function label(
  content: string,
  x: number,
  y: number,
  anchor: "start" | "end" | "middle",
  name: string,
): SVGElement {
  const attributes = { x, y, "text-anchor": anchor, "dominant-baseline": "central", class: name };
  const element = svg("text", attributes);
  element.textContent = content;
  return element;
}
