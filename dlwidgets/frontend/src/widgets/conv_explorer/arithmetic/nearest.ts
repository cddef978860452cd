/** The nearest setting without problems; the twin of `explain/convolution/nearest.py`. */

import { AXES, AXIS_NAMES, numeric, type Setting, setting, without } from "./setting.ts";
import { type Problem, problems } from "./rules.ts";

/** Repairs that are tried before the plain layer is taken. */
const PATIENCE = 300;

/** The settings that each remedy of a problem leads to, in the order of its values. */
function repairs(s: Setting, { rule, values }: Problem): Setting[] {
  if (rule === "argument") return [without(s, String(values["name"]))];
  if (rule === "padding_word") return [{ ...s, padding: numeric(s) }];
  return Object.entries(values).filter(([key]) => key.endsWith("_to")).map(([key, value]) => {
    const field = key.slice(0, -"_to".length) as keyof Setting;
    const held = s[field];
    if (!Array.isArray(held)) return { ...s, [field]: value };
    const axes: readonly number[] = AXES.filter((axis) =>
      values["axis"] === AXIS_NAMES[axis] || values["axis"] === "both"
    );
    return { ...s, [field]: held.map((old, axis) => axes.includes(axis) ? value : old) };
  });
}

/** How many fields differ, and by how much in all; a word that differs counts as two steps. */
function distance(a: Setting, b: Setting): [number, number] {
  let [fields, steps] = [0, 0];
  for (const key of Object.keys(a) as (keyof Setting)[]) {
    const [x, y] = [[a[key]].flat(), [b[key]].flat()];
    if (String(x) === String(y)) continue;
    fields++;
    x.forEach((value, index) => {
      const other = y[index];
      const counts = typeof value === "number" && typeof other === "number";
      steps += counts ? Math.abs(value - other) : 2;
    });
  }
  return [fields, steps];
}

/** The setting that torch accepts with the fewest, then the smallest changes. */
export function nearestValid(s: Setting): Setting {
  const open: { at: Setting; cost: [number, number] }[] = [{ at: s, cost: [0, 0] }];
  const seen = new Set<string>();
  for (let tries = 0; tries < PATIENCE && open.length > 0; tries++) {
    // Of equals the one that was found first: a stable choice.
    let best = 0;
    open.forEach(({ cost: [fields, steps] }, index) => {
      const [least, fewest] = open[best]!.cost;
      if (fields < least || (fields === least && steps < fewest)) best = index;
    });
    const { at } = open.splice(best, 1)[0]!;
    const [first] = problems(at);
    if (first === undefined) return at;
    for (const next of repairs(at, first)) {
      const key = JSON.stringify(next);
      if (!seen.has(key)) open.push({ at: next, cost: distance(s, next) });
      seen.add(key);
    }
  }
  const { kind, in_channels, size } = setting({ ...s, in_channels: Math.max(1, s.in_channels) });
  const one = [Math.max(1, size[0]), Math.max(1, size[1])] as const;
  return setting({ kind, in_channels, kernel_size: [1, 1], size: one });
}
