/** Everything that can be set, at the side. */

import { h, mark } from "../../lib/dom.ts";
import { parse } from "../../lib/format.ts";
import { numeric, type PaddingMode, pools, type Setting, weightIndex } from "./arithmetic/mod.ts";
import { choice, flag, number, pair, type Row, row } from "./controls.ts";
import { type Context, outChannel, type Part } from "./part.ts";
import {
  type InputName,
  INPUTS,
  type KernelName,
  KERNELS,
  plane,
  randomPlane,
  SIZES,
} from "./presets.ts";

const always = (): boolean => true;
const weighted = (s: Setting): boolean => !pools(s.kind);

/** Cells that the size sliders reach; what is larger comes from Python or a preset. */
const LARGEST = 16;

/** The side panel. */
export function settings(context: Context): Part {
  const { text } = context;
  const rows: Row[] = [
    preset(context),
    pair(context, "size", { low: 1, high: LARGEST }, always),
    kernels(context),
    pair(context, "kernel_size", { low: 1, high: 7 }, always),
    pair(context, "stride", { low: 1, high: 5 }, always),
    pair(context, "padding", { low: 0, high: 5 }, always, words(context)),
    pair(context, "dilation", { low: 1, high: 4 }, (s) => s.kind !== "avg"),
    pair(context, "output_padding", { low: 0, high: 3 }, (s) => s.kind === "transposed"),
    number(context, "in_channels", { low: 1, high: 6 }, always),
    number(context, "out_channels", { low: 1, high: 6 }, weighted),
    number(context, "groups", { low: 1, high: 6 }, weighted),
    modes(context),
    bias(context),
  ];
  const flags = [
    flag(context, "bias", weighted),
    flag(context, "relu", always),
    flag(context, "ceil_mode", (s) => pools(s.kind)),
    flag(context, "count_include_pad", (s) => s.kind === "avg"),
  ];
  const switches = h("div", { class: "dlw-cv-flags" }, ...flags.map(({ el }) => el));
  const parts = rows.map(({ el }) => el);
  const el = h(
    "section",
    { class: "dlw-cv-side", "aria-label": text.settings },
    ...parts,
    switches,
  );
  return {
    el,
    update() {
      for (const part of [...rows, ...flags]) {
        // Space is kept within a row of switches, and rows come and go with the kind alone.
        part.el.hidden = !part.shown(context.session.draft);
        part.update();
      }
    },
  };
}

/** Numbers, or one of torch's two words. */
function words(context: Context): Part {
  const { session, text } = context;
  const options = [["", text.cells], ["same", "same"], ["valid", "valid"]] as const;
  const part = choice<"" | "same" | "valid">(
    context,
    text.paddingWord,
    options,
    () => typeof session.draft.padding === "string" ? session.draft.padding : "",
    (value) => session.ask({ padding: value || numeric(session.draft) }),
  );
  return {
    el: part.el,
    update() {
      part.el.hidden = session.draft.kind !== "conv";
      part.update();
    },
  };
}

function modes(context: Context): Row {
  const { session, text } = context;
  const names = ["zeros", "reflect", "replicate", "circular"] as const;
  const part = choice<PaddingMode>(
    context,
    text.fields.padding_mode,
    names.map((name) => [name, text.modes[name]]),
    () => session.draft.padding_mode,
    (padding_mode) => session.ask({ padding_mode }),
  );
  return {
    el: row(text.fields.padding_mode, "padding_mode", part.el),
    shown: (s) => s.kind === "conv",
    update: part.update,
  };
}

/** The bias of the shown output channel, as a number to type. */
function bias(context: Context): Row {
  const { announcer, bin, session, text } = context;
  const plain = { type: "text", class: "dlw-entry", autocomplete: "off", inputmode: "decimal" };
  const entry = h("input", { ...plain, "aria-label": text.biasValue });
  bin.listen(entry, "change", () => {
    const value = parse(entry.value);
    mark(entry, "aria-invalid", value === null ? "true" : undefined);
    if (value === null) return announcer.tell(text.notNumber(entry.value));
    const next = session.picture.bias.slice();
    next[outChannel(context)] = value;
    session.fill({ bias: next });
  });
  bin.listen(entry, "blur", () => {
    mark(entry, "aria-invalid", undefined);
    session.changed();
  });
  return {
    el: row(text.biasValue, "bias", entry),
    shown: weighted,
    update() {
      const value = session.picture.bias[outChannel(context)];
      entry.disabled = value === undefined;
      // What somebody is typing stays.
      if (entry !== entry.ownerDocument.activeElement) {
        entry.value = value === undefined ? "–" : String(Number(value.toPrecision(6)));
      }
    },
  };
}

/** A menu that does something and goes back to its name. */
function menu(
  { bin }: Context,
  label: string,
  names: readonly (readonly [string, string])[],
  pick: (name: string) => void,
): HTMLSelectElement {
  const select = h("select", { class: "dlw-cv-select", "aria-label": label });
  select.append(h("option", { value: "" }, label));
  select.append(...names.map(([value, name]) => h("option", { value }, name)));
  bin.listen(select, "change", () => {
    const { value } = select;
    select.value = "";
    if (value) pick(value);
  });
  return select;
}

function preset(context: Context): Row {
  const { announcer, session, text } = context;
  let seed = 0;
  const names = (Object.keys(INPUTS) as InputName[]).map((name) =>
    [name, text.inputs[name]] as const
  );
  const select = menu(context, text.inputPreset, names, (name) => {
    const preset = name as InputName;
    const { setting: s } = session.picture;
    const small = s.size[0] <= LARGEST && s.size[1] <= LARGEST;
    const size = SIZES[preset] ?? (small ? s.size : ([8, 8] as const));
    session.fill({ input: INPUTS[preset](s.in_channels, size, seed++) }, { size });
    announcer.tell(text.inputs[preset]);
  });
  return { el: row(text.input, text.inputPreset, select), shown: always, update: () => {} };
}

function kernels(context: Context): Row {
  const { announcer, session, text } = context;
  let seed = 0;
  const names = [...Object.keys(KERNELS) as KernelName[], "random" as const];
  const options = names.map((name) => [name, text.kernelNames[name]] as const);
  const select = menu(context, text.kernelPreset, options, (name) => {
    const { setting: s, weight } = session.picture;
    const out = outChannel(context);
    const next = weight.slice();
    const ins = s.in_channels / s.groups;
    const first = Math.floor(out / (s.out_channels / s.groups)) * ins;
    for (let i = 0; i < ins; i++) {
      const values = name === "random"
        ? randomPlane(s.kernel_size, seed++)
        : plane(name as KernelName, s.kernel_size);
      next.set(values, weightIndex(s, { out, in: first + i, row: 0, column: 0 }));
    }
    session.fill({ weight: next });
    announcer.tell(text.kernelNames[name as KernelName | "random"]);
  });
  mark(select, "title", text.kernelPresetHint);
  return { el: row(text.kernel, text.kernelPresetHint, select), shown: weighted, update: () => {} };
}
