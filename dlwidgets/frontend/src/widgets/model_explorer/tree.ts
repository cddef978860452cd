/** The layers as rows that fold: a tree grid, one tab stop, walked with the arrow keys. */

import { h, mark, say } from "../../lib/dom.ts";
import { count, percent } from "../../lib/format.ts";
import { type Context, type Layer, nameOf, type Part } from "./session.ts";
import type { Words } from "./words.ts";

/** So many rows are all unfolded at first; of longer models only the outer two levels. */
const OPEN = 48;

interface Row {
  readonly el: HTMLElement;
  readonly twisty: HTMLButtonElement | null;
}

/** Which rows have others inside them, and which are in sight. */
export class Folds {
  readonly #layers: readonly Layer[];
  readonly #folded = new Set<number>();

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    if (layers.length <= OPEN) return;
    layers.forEach((layer, i) => {
      if (layer.depth >= 1 && this.parent(i)) this.#folded.add(i);
    });
  }

  /** Whether rows are inside this one. */
  parent(index: number): boolean {
    return (this.#layers[index + 1]?.depth ?? 0) > this.#layers[index]!.depth;
  }

  folded(index: number): boolean {
    return this.#folded.has(index);
  }

  fold(index: number, folded: boolean): void {
    if (folded) this.#folded.add(index);
    else this.#folded.delete(index);
  }

  /** The row that this one is inside, or -1. */
  outer(index: number): number {
    const depth = this.#layers[index]!.depth;
    for (let i = index - 1; i >= 0; i--) if (this.#layers[i]!.depth < depth) return i;
    return -1;
  }

  /** Unfolds whatever hides a row. */
  reveal(index: number): void {
    for (let i = this.outer(index); i >= 0; i = this.outer(i)) this.#folded.delete(i);
  }

  /** The rows in sight, in order. */
  visible(): number[] {
    const found: number[] = [];
    let hidden = Infinity;
    this.#layers.forEach(({ depth }, i) => {
      if (depth > hidden) return;
      hidden = this.#folded.has(i) ? depth : Infinity;
      found.push(i);
    });
    return found;
  }
}

/** The table of layers. */
export function tree(context: Context): Part {
  const { bin, model, session, text } = context;
  const body = h("div", { class: "dlw-me-rows", role: "rowgroup" });
  const labels = [text.layer, text.kind, text.output, text.params, text.adds];
  const heads = labels.map((label) => h("span", { role: "columnheader" }, label));
  heads[4]!.title = text.multiplyHint;
  const head = h("div", { class: "dlw-me-row dlw-me-head", role: "row" }, ...heads);
  const el = h(
    "div",
    { class: "dlw-me-tree", role: "treegrid", "aria-label": text.explorer(model.get("_title")) },
    head,
    body,
  );
  let layers: readonly Layer[] = [];
  let folds = new Folds(layers);
  let rows: Row[] = [];
  let current = 0;
  let opened = -1;

  const sight = (): void => {
    const visible = new Set(folds.visible());
    rows.forEach(({ el: row, twisty }, i) => {
      row.hidden = !visible.has(i);
      if (twisty) mark(row, "aria-expanded", String(!folds.folded(i)));
    });
  };
  const stop = (): void =>
    rows.forEach((row, i) => mark(row.el, "tabindex", i === current ? "0" : "-1"));
  const go = (index: number | undefined): void => {
    if (index === undefined || !rows[index]) return;
    current = index;
    stop();
    rows[index].el.focus({ preventScroll: true });
    scrollTo(index);
  };
  // Within the table only: the page stays where it is.
  const scrollTo = (index: number): void => {
    const { offsetHeight, offsetTop } = rows[index]!.el;
    const top = offsetTop - head.offsetHeight;
    if (top < el.scrollTop) el.scrollTop = top;
    const bottom = offsetTop + offsetHeight - el.clientHeight;
    if (bottom > el.scrollTop) el.scrollTop = bottom;
  };
  const fold = (index: number, folded: boolean): void => {
    folds.fold(index, folded);
    sight();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => go(folds.visible().find((i) => i > current)),
    ArrowUp: () => go(folds.visible().findLast((i) => i < current)),
    Home: () => go(0),
    End: () => go(folds.visible().at(-1)),
    ArrowRight: () => {
      if (folds.parent(current) && folds.folded(current)) fold(current, false);
      else if (folds.parent(current)) go(current + 1);
    },
    ArrowLeft: () => {
      if (folds.parent(current) && !folds.folded(current)) fold(current, true);
      else if (folds.outer(current) >= 0) go(folds.outer(current));
    },
    Enter: () => session.show(current),
    " ": () => session.show(current),
    Escape: () => session.shut(),
  };
  bin.listen<KeyboardEvent>(body, "keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    act();
  });
  bin.listen<MouseEvent>(body, "click", (event) => {
    const target = event.target as Element;
    const index = rows.findIndex((row) => row.el.contains(target));
    if (index < 0) return;
    if (target.closest(".dlw-me-twisty")) fold(index, !folds.folded(index));
    else session.show(index);
    go(index);
  });

  return {
    el,
    update() {
      if (layers !== model.get("_layers")) {
        const before = JSON.stringify(layers.map(({ path }) => path));
        layers = model.get("_layers");
        // A refresh of the same layers leaves folds and focus where they are.
        if (before !== JSON.stringify(layers.map(({ path }) => path))) {
          folds = new Folds(layers);
          current = 0;
        }
        const focused = body.contains(document.activeElement);
        const total = model.get("_total").parameters;
        rows = layers.map((layer, i) => makeRow(layer, layers, folds.parent(i), total, text));
        body.replaceChildren(...rows.map((row) => row.el));
        sight();
        stop();
        if (focused) go(current);
      }
      const { row } = model.get("_open");
      if (row !== opened && row >= 0) {
        folds.reveal(row);
        sight();
        scrollTo(row);
        if (!body.contains(document.activeElement)) {
          current = row;
          stop();
        }
      }
      opened = row;
      rows.forEach((one, i) => mark(one.el, "aria-selected", String(i === row)));
      mark(el, "aria-busy", session.link.commands.pending("show") ? "true" : undefined);
    },
  };
}

function makeRow(
  layer: Layer,
  layers: readonly Layer[],
  parent: boolean,
  total: number | null,
  text: Words,
): Row {
  const { call, depth, multiply_adds: adds, output, parameters } = layer;
  const cell = (className: string, ...children: (Node | string)[]): HTMLElement =>
    h("span", { class: className, role: "gridcell" }, ...children);
  const twisty = parent
    ? h("button", { class: "dlw-me-twisty", type: "button", tabindex: -1, "aria-hidden": "true" })
    : null;
  const gap = h("span", { class: "dlw-me-gap", style: `width: ${14 * depth}px` });
  const name = h("span", { class: "dlw-me-label", title: nameOf(layer) }, shortName(layer, layers));
  const code = `${layer.kind}(${layer.arguments})`;
  const kind = h("span", { class: "dlw-me-code", title: code }, code);
  const shape = output || (call ? text.none : "");
  const el = h(
    "div",
    {
      class: "dlw-me-row",
      role: "row",
      tabindex: -1,
      "aria-level": depth + 1,
      "data-idle": call === 0 && layers.some((one) => one.call > 0),
      "data-failed": layer.failed,
    },
    cell("dlw-me-first", gap, twisty ?? h("span", { class: "dlw-me-twisty" }), name),
    cell("dlw-me-kind", kind, ...tags(layer, layers, text)),
    cell("dlw-me-shape", h("span", { title: shape }, shape || text.none)),
    cell("dlw-me-count", ...share(parameters, call > 1, total, text)),
    cell("dlw-me-count", adds === null ? text.none : count(adds)),
  );
  return { el, twisty };
}

/** The part of the path that the row it is inside does not say. */
function shortName(layer: Layer, layers: readonly Layer[]): string {
  const index = layers.indexOf(layer);
  const outer = layers.slice(0, index).findLast(({ depth }) => depth < layer.depth);
  const prefix = outer?.path ? `${outer.path}.` : "";
  const { path } = layer;
  return path ? path.startsWith(prefix) ? path.slice(prefix.length) : path : layer.kind;
}

function share(
  parameters: number | null,
  again: boolean,
  total: number | null,
  text: Words,
): (Node | string)[] {
  if (parameters === null) return ["?"];
  // What was counted above is not counted twice.
  if (parameters === 0 || again) return [text.none];
  if (!total) return [count(parameters)];
  const part = parameters / total;
  const bar = h("span", { class: "dlw-me-share", title: text.share(percent(100 * part)) });
  bar.style.setProperty("--part", String(Math.min(1, part)));
  return [bar, count(parameters)];
}

/** What is out of the ordinary, in words. */
function tags(layer: Layer, layers: readonly Layer[], text: Words): HTMLElement[] {
  const { call, hooks, more, parameters, shared, trainable } = layer;
  const ran = layers.some((one) => one.call > 0);
  const found: [boolean, string, string, string?][] = [
    [layer.failed, text.failed, text.failedHint, "bad"],
    [!layer.registered, text.stray, text.strayHint, "bad"],
    [ran && call === 0, text.notCalled, text.notCalledHint],
    [call > 1, text.again(String(call)), text.againHint],
    [more > 0, text.more(count(more)), text.moreHint],
    [shared !== "" && call <= 1, text.shared(shared), text.sharedHint],
    [(parameters ?? 0) > 0 && trainable === 0, text.frozen, text.frozenHint],
    [trainable > 0 && trainable < (parameters ?? 0), text.partly, text.partlyHint],
    [
      layer.training && /Dropout|BatchNorm|InstanceNorm/.test(layer.kind),
      text.training,
      text.trainingHint,
    ],
    [hooks > 0 && call <= 1, text.hooks(String(hooks)), text.hooksHint],
  ];
  return found.filter(([yes]) => yes).map(([, word, hint, tone]) => {
    const tag = h("span", { class: "dlw-me-tag", title: hint, "data-tone": tone });
    say(tag, word);
    return tag;
  });
}
