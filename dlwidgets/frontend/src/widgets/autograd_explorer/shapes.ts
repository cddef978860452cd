/** How large circles and squares are, and which of them are joined. No DOM here. */

import type { Box, Edge } from "./layout.ts";
import { shapeOf } from "./numbers.ts";
import type { Operator, Session, Variable } from "./session.ts";

/** Characters that a circle has room for; the end of a name tells more than its beginning. */
const ROOM = 18;

export const id = {
  variable: (key: number): string => `v${key}`,
  operator: (key: number): string => `o${key}`,
} as const;

/** Whether a constant is a number without a name, as the 2 in 2x. */
export function bare(one: Variable): boolean {
  return one.kind === "constant" && one.name === "";
}

/** Name and shape; of a long name its end, and the shape only where there is room for it. */
export function label(one: Variable): string {
  const both = `${one.name} ${shapeOf(one.shape)}`.trim();
  if (both.length <= ROOM) return both;
  return one.name.length > ROOM ? `…${one.name.slice(1 - ROOM)}` : one.name;
}

export function size(one: Variable): readonly [width: number, height: number] {
  if (bare(one)) return [58, 28];
  return one.kind === "constant" ? [104, 44] : [122, 60];
}

export function squareSize(one: Operator): readonly [width: number, height: number] {
  return [Math.max(36, 7.4 * one.sign.length + 16), 36];
}

export function boxes({ variables, operators }: Session): Box[] {
  return [
    ...variables.map((one) => {
      const [width, height] = size(one);
      return { id: id.variable(one.key), width, height };
    }),
    ...operators.map((one) => {
      const [width, height] = squareSize(one);
      return { id: id.operator(one.key), width, height };
    }),
  ];
}

export function edges({ variables, operators }: Pick<Session, "variables" | "operators">): Edge[] {
  const there = new Set(variables.map((one) => one.key));
  return operators.flatMap((one) => [
    ...[...new Set(one.inputs)].filter((key) => there.has(key)).map((key): Edge => [
      id.variable(key),
      id.operator(one.key),
    ]),
    ...one.outputs.filter((key) => there.has(key)).map((key): Edge => [
      id.operator(one.key),
      id.variable(key),
    ]),
  ]);
}
