/** Tensors in a few characters. */

import { quantity } from "../../lib/format.ts";

/** A list of numbers, at most `most` of them: `[4, 3, …]`; one alone without brackets. */
export function list(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  count: number,
  most: number,
  digits = 4,
): string {
  if (count === 1 && shape.length === 0) return quantity(numbers[0], digits);
  const shown = Array.from(numbers).slice(0, most).map((x) => quantity(x, digits));
  return `[${shown.join(", ")}${count > most ? ", …" : ""}]`;
}

/** The same in at most so many characters: fewer numbers, then fewer digits. */
export function short(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  count: number,
  room: number,
): string {
  const tries = [[2, 3], [1, 3], [1, 2], [1, 1]] as const;
  const texts = tries.map(([most, digits]) => list(numbers, shape, count, most, digits));
  return texts.find((text) => text.length <= room) ?? texts.at(-1)!;
}

/** A shape as Python writes it: `(2, 3)`; nothing of a scalar. */
export function shapeOf(shape: readonly number[]): string {
  if (shape.length === 0) return "";
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}
