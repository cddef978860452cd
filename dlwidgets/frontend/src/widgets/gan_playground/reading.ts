/** The traits of a game, unpacked: what both nets do, what was measured. */

import type { GanPlaygroundTraits } from "../../contract.ts";
import type { Model } from "../../lib/host.ts";
import { unpack } from "../../lib/wire.ts";

/** What a row of `_rows` holds, in this order. */
export const COLUMNS = ["round", "loss_d", "loss_g", "real", "fake", "distance", "modes"] as const;
export type Column = typeof COLUMNS[number];

/** The stage goes from −REACH to REACH, as `training/playground/picture.py` has it. */
export const REACH = 1.3;

/** The arrays of the traits, unpacked. */
export interface Reading {
  readonly samples: Float32Array;
  readonly gradients: Float32Array;
  readonly mesh: Float32Array;
  readonly meshShape: readonly number[];
  readonly heat: Float32Array;
  readonly real: Float32Array;
  readonly centres: Float32Array;
  readonly seen: Float32Array;
  readonly pushed: Float32Array;
  readonly values: Float64Array;
  readonly now: Float64Array;
  readonly columns: readonly (readonly (number | null)[])[];
}

export function read(model: Model<GanPlaygroundTraits>): Reading {
  const [picture, target, phase] = [
    model.get("_picture"),
    model.get("_target"),
    model.get("_phase"),
  ];
  const rows = unpack(model.get("_rows"));
  const width = COLUMNS.length;
  const columns = COLUMNS.map((_, i) =>
    Array.from({ length: rows.length / width }, (_, row) => {
      const value = rows[row * width + i]!;
      return Number.isFinite(value) ? value : null;
    })
  );
  return {
    samples: unpack(picture.samples),
    gradients: unpack(picture.gradients),
    mesh: unpack(picture.mesh),
    meshShape: picture.mesh.shape,
    heat: unpack(picture.heat),
    real: unpack(target.points),
    centres: unpack(target.centres),
    seen: unpack(phase.points),
    pushed: unpack(phase.gradients),
    values: unpack(phase.values),
    now: unpack(model.get("_now")),
    columns,
  };
}

/** D(x) at a place, between the places of the map; NaN beyond it. */
export function between(heat: Float32Array, x: number, y: number): number {
  const side = Math.round(Math.sqrt(heat.length));
  const [column, row] = [x, y].map((one) => (one + REACH) / (2 * REACH) * (side - 1));
  if (!(side > 1 && column! >= 0 && row! >= 0 && column! <= side - 1 && row! <= side - 1)) {
    return NaN;
  }
  const [c, r] = [Math.min(side - 2, Math.floor(column!)), Math.min(side - 2, Math.floor(row!))];
  const [u, v] = [column! - c, row! - r];
  const at = (i: number, j: number): number => heat[(r + j) * side + c + i]!;
  return (1 - v) * ((1 - u) * at(0, 0) + u * at(1, 0)) + v * ((1 - u) * at(0, 1) + u * at(1, 1));
}
