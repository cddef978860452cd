/** Reconstructions beside originals, random samples, and the manifold. */

import { h, say } from "../../lib/dom.ts";
import { entry } from "../../lib/entry.ts";
import { quantity } from "../../lib/format.ts";
import { type Context, held, type Part, type Pixels } from "./session.ts";
import { sheet } from "./tiles.ts";

/** Pairs in a row. */
const ABREAST = 6;

/** Every original with its reconstruction to the right, as columns that take turns. */
export function pairs(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  let turns: { of: Uint8Array; pixels: Pixels } | null = null;
  const woven = (): Pixels => {
    const all = session.pixels("_pairs");
    if (turns?.of !== all.data) turns = { of: all.data, pixels: weave(all) };
    return turns.pixels;
  };
  const name = (index: number): string => {
    const at = index >> 1;
    const error = held(model.get("_pair_errors"))[at];
    const said = error === undefined ? "" : `, ${text.squared(quantity(error, 3))}`;
    return `${text.original(String(at))}${said}`;
  };
  const [note, chosen] = [h("p", {}, text.pairsNote), h("output", {})];
  const part = sheet(bin, {
    label: text.pairsLabel,
    pixels: woven,
    columns: () => 2 * ABREAST,
    name,
    choose: (index) => {
      session.jump("point", index >> 1);
      say(chosen, name(index));
    },
    tell: (said) => announcer.tell(said),
  });
  const el = h("div", { class: "dlw-le-wide" }, h("div", {}, note, chosen), part.el);
  return { el, update: () => part.update() };
}

/** From all originals, then all reconstructions, to one after the other. */
export function weave({ data, shape }: Pixels): Pixels {
  const [count, height, width, channels] = shape;
  const size = height * width * channels;
  const out = new Uint8Array(data.length);
  for (let i = 0; i < count; i++) {
    const from = (i % 2) * (count / 2) + (i >> 1);
    out.set(data.subarray(from * size, (from + 1) * size), i * size);
  }
  return { data: out, shape };
}

export function samples(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const seed = entry(bin, {
    label: text.seed,
    digits: 9,
    now: () => model.get("seed"),
    put: (value) => session.tell("sample", value),
  });
  const next = h("button", { type: "button", class: "dlw-button" }, text.another);
  bin.listen(next, "click", () => session.tell("sample", model.get("seed") + 1));
  const part = sheet(bin, {
    label: text.samplesLabel,
    pixels: () => session.pixels("_samples"),
    columns: () => 16,
    name: (index) => text.sample(String(index)),
    choose: (index) => session.jump("sample", index),
    tell: (said) => announcer.tell(said),
  });
  const note = model.get("_variational") ? text.samplesNote : text.samplesFitted;
  const label = h("label", { class: "dlw-le-number" }, text.seed, seed.el);
  return {
    el: h(
      "div",
      { class: "dlw-le-wide" },
      h("div", {}, h("p", {}, note), label, next),
      part.el,
    ),
    update() {
      seed.update();
      part.update();
    },
  };
}

export function manifold(context: Context): Part {
  const { announcer, bin, model, session, text } = context;
  const place = (index: number): [number, number] => {
    const [across, up] = [held(model.get("_across")), held(model.get("_up"))];
    const row = Math.floor(index / across.length);
    return [across[index % across.length]!, up[up.length - 1 - row]!];
  };
  const name = (index: number): string => {
    const [x, y] = place(index);
    return text.cell(quantity(x, 3), quantity(y, 3));
  };
  const chosen = h("output", {});
  const part = sheet(bin, {
    label: text.manifoldLabel,
    pixels: () => session.pixels("_manifold"),
    columns: () => model.get("_across").shape[0]!,
    name,
    choose: (index) => {
      session.go(place(index), true);
      say(chosen, name(index));
    },
    tell: (said) => announcer.tell(said),
  });
  const note = model.get("_variational") ? text.manifoldNote : text.manifoldEven;
  const rest = model.get("_z").shape[0]! > 2 ? `; ${text.manifoldRest}` : "";
  return {
    el: h(
      "div",
      { class: "dlw-le-square" },
      h("div", {}, h("p", {}, note + rest), chosen),
      part.el,
    ),
    update: () => part.update(),
  };
}
