/** What the chosen model has learned: a curve through the samples, or a class for each place. */

import { decisions } from "../../lib/decisions.ts";
import { fit } from "../../lib/fit.ts";
import { unpack, type WireArray } from "../../lib/wire.ts";
import type { Context, Part } from "./session.ts";

/** Makes the picture, or null where inputs or outputs have other dimensions. */
export function picture({ bin, model, session, text }: Context): Part | null {
  const { kind, labels, points, reach, values } = model.get("_picture");
  if (kind === "none") return null;
  const [ends, samples] = [unpack(reach), unpack(points)];
  const all = unpack(values);
  const each = all.length / session.runs;
  const start = (): number => session.run * each;
  if (kind === "fit") {
    return fit(bin, {
      title: text.fit,
      label: text.fitLabel,
      colors: [],
      reach: () => [ends[0]!, ends[1]!],
      points: () => samples,
      curves: () => [{ ys: all.subarray(start(), start() + each), color: "--dlw-accent" }],
      key: () => "",
    });
  }
  const classes = unpack(values as WireArray<"uint8">);
  const known = unpack(labels);
  return decisions(bin, {
    title: text.decisions,
    label: text.decisionsLabel,
    nothing: text.nothing,
    reach: () => ends,
    classes: () => classes.subarray(start(), start() + each),
    points: () => samples,
    labels: () => known,
  });
}
