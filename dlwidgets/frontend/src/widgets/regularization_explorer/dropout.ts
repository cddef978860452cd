/** What dropout makes of one batch: which units it drops, and how it scales the others. */

import { palette, shade } from "../../lib/diverging.ts";
import { h, mark, say } from "../../lib/dom.ts";
import { percent, quantity } from "../../lib/format.ts";
import { onTheme } from "../../lib/theme.ts";
import type { Context, Dropout, Part } from "./session.ts";

/** How far each arrow moves, in samples and units. */
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function dropout(context: Context): Part {
  const { announcer, bin, session, text } = context;
  const title = h("h3", {});
  const grid = h("canvas", {
    class: "dlw-rg-grid",
    tabindex: 0,
    role: "img",
    "aria-label": text.cellLabel,
  });
  const [read, share, still, passes] = Array.from({ length: 4 }, () => h("p", {}));
  const pass = h("input", {
    type: "range",
    class: "dlw-range",
    min: 1,
    step: 1,
    "aria-label": text.pass,
  });
  bin.listen(pass, "input", () => session.look({ pass: Number(pass.value) - 1 }));
  const shown = h("output", {});
  const el = h(
    "div",
    { class: "dlw-rg-drop" },
    h("section", { class: "dlw-chart" }, title, grid, read!),
    h(
      "div",
      { class: "dlw-rg-beside" },
      h("label", { class: "dlw-rg-epoch" }, h("span", {}, text.pass), pass, shown),
      share!,
      h("h3", {}, text.batchLoss),
      still!,
      passes!,
    ),
  );
  const cell = (): [number, number] => {
    const { units } = session.arm.dropout!;
    return [Math.floor(session.cell / units), session.cell % units];
  };
  const go = (row: number, unit: number): void => {
    const { samples, units } = session.arm.dropout!;
    const kept = [Math.max(0, Math.min(samples - 1, row)), Math.max(0, Math.min(units - 1, unit))];
    session.look({ cell: kept[0]! * units + kept[1]! });
    announcer.tell(reading(context));
  };
  bin.listen<KeyboardEvent>(grid, "keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || !session.arm.dropout) return;
    event.preventDefault();
    const [row, unit] = cell();
    go(row + move[0], unit + move[1]);
  });
  bin.listen<PointerEvent>(grid, "pointerdown", (event) => {
    const found = session.arm.dropout;
    if (!found) return;
    const box = grid.getBoundingClientRect();
    go(
      Math.floor(found.samples * (event.clientY - box.top) / box.height),
      Math.floor(found.units * (event.clientX - box.left) / box.width),
    );
  });
  let width = 0;
  const update = (): void => {
    const found = session.arm.dropout;
    if (!found) return;
    const { layer, p, samples, units, passed } = found;
    const training = session.mode === 1;
    title.replaceChildren(
      text.dropoutTitle(layer, quantity(p, 4)),
      h("small", {}, text.dropoutNote(samples, units)),
    );
    session.pass = Math.min(session.pass, passed.length - 1);
    session.cell = Math.min(session.cell, samples * units - 1);
    pass.max = String(passed.length);
    pass.value = String(session.pass + 1);
    pass.disabled = !training;
    say(shown, training ? `${session.pass + 1} / ${passed.length}` : "–");
    draw(grid, found, width, session.pass, session.cell, training);
    const kept = mask(found, session.pass);
    const gone = kept.filter((one) => !one).length;
    const before = found.given.filter((x) => x !== 0).length;
    say(read!, reading(context));
    const scale = quantity(1 / (1 - p), 4);
    say(share!, training ? text.zeroed(percent(100 * gone / (before || 1)), scale) : text.idle);
    mark(grid, "data-dropped", training ? String(gone) : "0");
    const [first, ...others] = [...session.arm.passes].map((loss) => quantity(loss, 4));
    say(still!, text.stillLoss(first!));
    say(passes!, text.passLosses(others.join(", ")));
  };
  bin.resized(grid, (w) => {
    width = w;
    update();
  });
  onTheme(bin, update);
  return { el, update };
}

/** Which cells a pass has kept. What was zero already tells nothing, and counts as kept. */
function mask({ given, passed }: Dropout, pass: number): boolean[] {
  return Array.from(given, (x, i) => x === 0 || passed[pass]![i] !== 0);
}

/** The chosen cell in words, with the numbers that torch has computed. */
function reading({ session, text }: Context): string {
  const { given, passed, p, units } = session.arm.dropout!;
  const at = session.cell;
  const [x, y] = [given[at]!, passed[session.pass]![at]!];
  const where = text.sample(Math.floor(at / units), at % units);
  const numbers = !session.mode
    ? text.passed(quantity(x, 4))
    : y === 0 && x !== 0
    ? text.dropped(quantity(x, 4))
    : text.scaled(quantity(x, 4), quantity(1 / (1 - p), 4), quantity(y, 4));
  return `${where}: ${numbers}`;
}

/** Each cell in the colour of its value; a cross where it was dropped. */
function draw(
  canvas: HTMLCanvasElement,
  found: Dropout,
  width: number,
  pass: number,
  chosen: number,
  training: boolean,
): void {
  const { given, passed, samples, units } = found;
  const unit = devicePixelRatio;
  const size = Math.floor(width * unit / units);
  if (size < 2) return;
  canvas.width = size * units;
  canvas.height = size * samples;
  const ctx = canvas.getContext("2d")!;
  const colours = palette(canvas);
  const most = Math.max(...passed.flatMap((one) => [...one].map(Math.abs)), ...given.map(Math.abs));
  const kept = mask(found, pass);
  const ink = getComputedStyle(canvas).color;
  for (let i = 0; i < given.length; i++) {
    const value = training ? passed[pass]![i]! : given[i]!;
    const [x, y] = [(i % units) * size, Math.floor(i / units) * size];
    const [r, g, b] = shade(value, most, colours);
    ctx.fillStyle = `rgb(${r}, ${g}, ${b})`;
    ctx.fillRect(x, y, size - 1, size - 1);
    ctx.strokeStyle = ink;
    if (training && !kept[i]) {
      ctx.globalAlpha = 0.75;
      ctx.lineWidth = Math.max(1, size / 14);
      const edge = 0.3 * size;
      ctx.beginPath();
      ctx.moveTo(x + edge, y + edge);
      ctx.lineTo(x + size - 1 - edge, y + size - 1 - edge);
      ctx.moveTo(x + size - 1 - edge, y + edge);
      ctx.lineTo(x + edge, y + size - 1 - edge);
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    if (i === chosen) {
      ctx.lineWidth = 2 * unit;
      ctx.strokeRect(x + unit, y + unit, size - 1 - 2 * unit, size - 1 - 2 * unit);
    }
  }
}
