/** The layer as one sparse matrix: y = W · x, the book's figure 6-14. */

import { h, mark, say } from "../../lib/dom.ts";
import { colors, onTheme } from "../../lib/theme.ts";
import { type Matrix, matrix } from "./arithmetic/mod.ts";
import { type Context, focus, type Part, placeOfFocus } from "./part.ts";
import { back, product } from "./product.ts";
import { cellAt, placeOf } from "./picture.ts";
import { number } from "./written.ts";

/** Larger matrices are said, not drawn. */
const MOST = 4096;
/** Cells from this size on have room for their number. */
const WRITTEN = 19;
const INK = [
  "--dlw-series-1",
  "--dlw-series-2",
  "--dlw-line",
  "--dlw-ink",
  "--dlw-accent",
] as const;

/** W, its transpose, and the product. */
export function matrixPanel(context: Context): Part {
  const { bin, session, text } = context;
  const canvas = h("canvas", { tabindex: 0, role: "img", class: "dlw-cv-matrix" });
  const frame = h("div", { class: "dlw-cv-matrixframe" }, canvas);
  const turn = h("button", { type: "button", class: "dlw-button" }, "Wᵀ");
  const [says, proof] = [h("p"), h("p", { class: "dlw-cv-proof" })];
  const side = h("div", { class: "dlw-cv-matrixside" }, turn, says, proof);
  const state = {
    turned: false,
    known: "",
    size: [0, 0] as [number, number],
    W: null as Matrix | null,
  };
  const redraw = (): void => {
    state.known = "";
    session.changed();
  };
  onTheme(bin, redraw);
  bin.resized(frame, (width, height) => {
    state.size = [width, height];
    redraw();
  });
  bin.listen(turn, "click", () => {
    state.turned = !state.turned;
    redraw();
  });
  follow(context, canvas, state);
  return {
    el: h("div", { class: "dlw-cv-matrixpanel" }, frame, side),
    update() {
      const now = session.picture;
      const { setting: s } = now;
      const at = focus(context);
      const key = JSON.stringify([session.version, at, state.turned]);
      if (key === state.known) return;
      const fresh = !state.known.startsWith(`[${session.version},`) || !state.W;
      state.known = key;
      const [rows, columns] = [now.before.length, now.input.length];
      canvas.hidden = rows > MOST || columns > MOST;
      if (fresh) state.W = canvas.hidden ? null : matrix(s, now.weight);
      mark(turn, "aria-pressed", String(state.turned));
      if (!state.W) {
        say(says, text.tooLargeMatrix(rows, columns));
        return say(proof, "");
      }
      paint(canvas, state.W, state.turned, state.size, placeOfFocus(context));
      mark(canvas, "aria-label", text.matrixShape(rows, columns, state.W.entries.length));
      say(says, text.matrixShape(rows, columns, state.W.entries.length));
      const apart = state.turned ? back(now, state.W) : product(now, state.W);
      say(proof, apart === null ? text.noProof : text.proof(state.turned, number(apart), s.kind));
      mark(proof, "data-tone", apart !== null && apart > 1e-9 ? "bad" : "good");
    },
  };
}

/** Rows and columns of what is drawn. */
function shape({ rows, columns }: Matrix, turned: boolean): [number, number] {
  return turned ? [columns, rows] : [rows, columns];
}

/** Rows of W are outputs and its columns inputs: pointing at one points at the other. */
function follow(
  context: Context,
  canvas: HTMLCanvasElement,
  state: { readonly turned: boolean; readonly W: Matrix | null },
): void {
  const { bin, pointer, session } = context;
  const point = (place: number): void => {
    pointer.hover = { at: "output", cell: cellAt(session.picture, place) };
    session.changed();
  };
  bin.listen<PointerEvent>(canvas, "pointermove", (event) => {
    if (!state.W) return;
    const box = canvas.getBoundingClientRect();
    const share = state.turned
      ? (event.clientX - box.left) / box.width
      : (event.clientY - box.top) / box.height;
    point(Math.max(0, Math.min(state.W.rows - 1, Math.floor(share * state.W.rows))));
  });
  bin.listen(canvas, "pointerleave", () => {
    pointer.hover = null;
    session.changed();
  });
  bin.listen(canvas, "click", () => {
    const { hover } = pointer;
    if (hover?.at !== "output") return;
    session.put("position", placeOf(session.picture, hover.cell));
  });
  bin.listen<KeyboardEvent>(canvas, "keydown", (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by || !state.W) return;
    event.preventDefault();
    event.stopPropagation();
    const last = state.W.rows - 1;
    session.put("position", Math.max(0, Math.min(last, session.position + by)));
  });
}

function paint(
  canvas: HTMLCanvasElement,
  W: Matrix,
  turned: boolean,
  [width, height]: [number, number],
  at: { row: number | null; column: number | null },
): void {
  const [rows, columns] = shape(W, turned);
  const side = Math.min(34, (width - 2) / columns, (height - 2) / rows);
  if (!(side > 0)) return;
  const scale = globalThis.devicePixelRatio || 1;
  const [across, down] = [columns * side, rows * side];
  canvas.width = Math.ceil(across * scale);
  canvas.height = Math.ceil(down * scale);
  canvas.style.width = `${across}px`;
  canvas.style.height = `${down}px`;
  const context = canvas.getContext("2d");
  if (!context) return;
  const ink = colors(canvas.parentElement!, INK);
  context.scale(scale, scale);
  const most = W.entries.reduce((found, { value }) => Math.max(found, Math.abs(value)), 0) || 1;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${Math.min(12, side * 0.42)}px system-ui, sans-serif`;
  for (const { row, column, value } of W.entries) {
    const [y, x] = turned ? [column, row] : [row, column];
    context.globalAlpha = 0.25 + 0.6 * Math.abs(value) / most;
    context.fillStyle = value < 0 ? ink["--dlw-series-2"] : ink["--dlw-series-1"];
    context.fillRect(x * side, y * side, Math.max(side, 0.75), Math.max(side, 0.75));
    context.globalAlpha = 1;
    context.fillStyle = ink["--dlw-ink"];
    if (side >= WRITTEN) context.fillText(number(value), (x + 0.5) * side, (y + 0.5) * side);
  }
  context.strokeStyle = ink["--dlw-line"];
  context.lineWidth = 1;
  for (let y = 0; side >= 5 && y <= rows; y++) context.strokeRect(0, y * side, across, 0);
  for (let x = 0; side >= 5 && x <= columns; x++) context.strokeRect(x * side, 0, 0, down);
  context.strokeRect(0.5, 0.5, across - 1, down - 1);
  context.strokeStyle = ink["--dlw-accent"];
  context.lineWidth = 2;
  const line = (index: number, horizontal: boolean): void => {
    const thick = Math.max(side, 2);
    if (horizontal) context.strokeRect(1, index * side, across - 2, thick);
    else context.strokeRect(index * side, 1, thick, down - 2);
  };
  if (at.row !== null) line(at.row, !turned);
  if (at.column !== null) line(at.column, turned);
}
