/** The samples of one look as a grid that can be walked, each framed by its score. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, quantity } from "../../lib/format.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import type { Context, Part, Shot } from "./session.ts";

/** Pixels of the page between two tiles. */
const GAP = 5;
/** As wide as a tile is drawn at least, and as wide as it stands on the page at most. */
const [TILE, WIDEST] = [30, 64];

export function tiles(context: Context): Part {
  const { announcer, bin, session, text } = context;
  const canvas = h("canvas", { class: "dlw-gm-tiles", tabindex: 0, role: "img" });
  const sheet = h("div", { class: "dlw-gm-sheet" });
  const readout = h("p", { class: "dlw-gm-readout" });
  sheet.append(canvas, readout);
  let chosen: number | null = null;
  let drawn: Shot | null = null;
  let ink = "";
  const draw = (): void => {
    drawn = session.shot;
    paint(canvas, session.shot, chosen, ink);
  };
  const choose = (index: number | null, told: boolean): void => {
    chosen = index !== null && index >= 0 && index < session.shot.count ? index : null;
    draw();
    say(readout, described(context, chosen));
    if (told && chosen !== null) announcer.tell(described(context, chosen));
  };
  onTheme(bin, () => {
    ink = "";
    session.painter.changed();
  });
  bin.listen<PointerEvent>(canvas, "pointermove", (event) => {
    choose(under(canvas, session.shot, event), false);
  });
  bin.listen(canvas, "pointerleave", () => choose(null, false));
  bin.listen<KeyboardEvent>(canvas, "keydown", (event) => {
    const { columns } = session.shot;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = chosen === null ? 0 : chosen + by;
    if (next >= 0 && next < session.shot.count) choose(next, true);
  });
  return {
    el: sheet,
    update() {
      // Off the page there are no colours yet.
      if (!ink && canvas.isConnected) {
        const found = colors(sheet, ["--dlw-ink", "--dlw-series-1", "--dlw-series-2"]);
        ink = JSON.stringify(found);
        drawn = null;
      }
      if (chosen !== null && chosen >= session.shot.count) chosen = null;
      if (session.shot !== drawn) draw();
      mark(canvas, "aria-label", text.sampleGrid(count(session.shot.step)));
      say(readout, described(context, chosen));
    },
  };
}

/** What is known of a tile. */
function described({ session, text }: Context, index: number | null): string {
  const { asked, guesses, scores } = session.shot;
  if (index === null) return text.hover;
  const said = [text.tile(count(index), quantity(scores[index], 3))];
  if (asked.length > index) said.push(text.asked(String(asked[index])));
  const guess = guesses[index] ?? -1;
  if (guess >= 0 && session.model.get("_about").trusted) said.push(text.looksLike(String(guess)));
  return said.join(" · ");
}

/** The tile under the pointer. */
function under(canvas: HTMLElement, shot: Shot, event: PointerEvent): number | null {
  const box = canvas.getBoundingClientRect();
  const rows = Math.ceil(shot.count / shot.columns);
  const [x, y] = [
    Math.floor((event.clientX - box.left) / box.width * shot.columns),
    Math.floor((event.clientY - box.top) / box.height * rows),
  ];
  const index = y * shot.columns + x;
  return x < 0 || x >= shot.columns || index < 0 || index >= shot.count ? null : index;
}

/** Draws every tile with a bar below it that is as long as its score. */
function paint(canvas: HTMLCanvasElement, shot: Shot, chosen: number | null, ink: string): void {
  const { columns, height, pixels, width } = shot;
  const rows = Math.max(1, Math.ceil(shot.count / columns));
  const scale = Math.max(1, Math.ceil(TILE / Math.max(width, height)));
  const unit = { x: width * scale + GAP, y: height * scale + GAP + 3 };
  canvas.width = columns * unit.x;
  canvas.height = rows * unit.y;
  canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
  canvas.style.maxWidth = `${columns * WIDEST}px`;
  const ctx = canvas.getContext("2d")!;
  const tone = JSON.parse(ink || "{}") as Record<string, string>;
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < shot.count; i++) {
    const [left, top] = [(i % columns) * unit.x, Math.floor(i / columns) * unit.y];
    const data = new ImageData(width * scale, height * scale);
    fill(data, pixels, i, shot, scale);
    ctx.putImageData(data, left + 2, top + 2);
    const score = Math.max(0, Math.min(1, shot.scores[i]!));
    ctx.globalAlpha = 0.25;
    ctx.fillStyle = tone["--dlw-ink"]!;
    ctx.fillRect(left + 2, top + height * scale + 3, width * scale, 3);
    ctx.globalAlpha = 1;
    // Blue from half on, as D(x) in the chart; the length says the same.
    ctx.fillStyle = tone[score >= 0.5 ? "--dlw-series-1" : "--dlw-series-2"]!;
    ctx.fillRect(left + 2, top + height * scale + 3, width * scale * score, 3);
    if (i !== chosen) continue;
    ctx.strokeStyle = tone["--dlw-ink"]!;
    ctx.lineWidth = 2;
    ctx.strokeRect(left + 1, top + 1, width * scale + 2, height * scale + 6);
  }
}

/** Copies a tile, each pixel as a square. */
function fill(data: ImageData, pixels: Uint8Array, tile: number, shot: Shot, scale: number): void {
  const { channels, height, width } = shot;
  const start = tile * height * width * channels;
  for (let y = 0; y < data.height; y++) {
    for (let x = 0; x < data.width; x++) {
      const from = start +
        channels * (Math.floor(y / scale) * width + Math.floor(x / scale));
      const to = 4 * (y * data.width + x);
      for (let c = 0; c < 3; c++) data.data[to + c] = pixels[from + c % channels]!;
      data.data[to + 3] = 255;
    }
  }
}
