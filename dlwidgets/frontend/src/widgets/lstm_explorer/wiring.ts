/** How the parts of a step are wired: where each stands on the diagram, and its lines. No DOM. */

export interface Box {
  /** The gate's letter. */
  readonly gate: string;
  readonly squash: "σ" | "tanh" | "relu";
  readonly x: number;
  readonly y: number;
}

/** A round sign, and the number that comes out of it. */
export interface Sign {
  readonly sign: "×" | "+" | "tanh" | "1−" | "W";
  readonly x: number;
  readonly y: number;
  /** Which of `numbers` stands beside it. */
  readonly shows?: string;
  /** Where the number stands from there. */
  readonly dx?: number;
  readonly dy?: number;
}

/** A text at the edge: a state that enters or leaves. */
export interface End {
  readonly name: string;
  readonly shows?: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end" | "middle";
}

export interface Wiring {
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly signs: readonly Sign[];
  readonly ends: readonly End[];
  /** SVG paths; those with an arrow end in one. */
  readonly lines: readonly string[];
}

export const WIDTH = 600;
export const [BOX_WIDTH, BOX_HEIGHT] = [64, 40] as const;

const LSTM: Wiring = {
  height: 262,
  boxes: [
    { gate: "f", squash: "σ", x: 150, y: 168 },
    { gate: "i", squash: "σ", x: 238, y: 168 },
    { gate: "g", squash: "tanh", x: 326, y: 168 },
    { gate: "o", squash: "σ", x: 414, y: 168 },
  ],
  signs: [
    { sign: "×", x: 150, y: 44, shows: "fc", dx: 14, dy: -14 },
    { sign: "×", x: 326, y: 106, shows: "ig", dx: 16, dy: 4 },
    { sign: "+", x: 326, y: 44 },
    { sign: "tanh", x: 490, y: 84, shows: "tanh", dx: 26, dy: 4 },
    { sign: "×", x: 490, y: 130, shows: "out", dx: 16, dy: 4 },
  ],
  ends: [
    { name: "c₋₁", shows: "c_before", x: 8, y: 44, anchor: "start" },
    { name: "c", shows: "c", x: 592, y: 44, anchor: "end" },
    { name: "h₋₁", shows: "h_before", x: 8, y: 222, anchor: "start" },
    { name: "x", x: 112, y: 254, anchor: "middle" },
    { name: "h", shows: "h", x: 592, y: 222, anchor: "end" },
  ],
  lines: [
    "M78 44H139M161 44H315M337 44H520",
    "M78 222H414M112 243V222",
    "M150 222V189M238 222V189M326 222V189M414 222V189",
    "M150 148V56",
    "M238 148V106H314",
    "M326 148V118M326 94V56",
    "M414 148V130H478",
    "M490 44V72M490 96V118M490 142V222H520",
  ],
};

const GRU: Wiring = {
  height: 262,
  boxes: [
    { gate: "z", squash: "σ", x: 150, y: 124 },
    { gate: "r", squash: "σ", x: 244, y: 178 },
    { gate: "n", squash: "tanh", x: 424, y: 178 },
  ],
  signs: [
    { sign: "×", x: 150, y: 44, shows: "zh", dx: 14, dy: -14 },
    { sign: "1−", x: 290, y: 110, shows: "rest", dx: 18, dy: -8 },
    { sign: "×", x: 424, y: 110, shows: "new", dx: 16, dy: 4 },
    { sign: "×", x: 338, y: 178, shows: "rh", dx: 0, dy: -21 },
    { sign: "+", x: 424, y: 44 },
  ],
  ends: [
    { name: "h₋₁", shows: "h_before", x: 8, y: 44, anchor: "start" },
    { name: "h", shows: "h", x: 592, y: 44, anchor: "end" },
    { name: "h₋₁, x", x: 8, y: 234, anchor: "start" },
  ],
  lines: [
    "M78 44H139M161 44H413M435 44H520",
    "M62 234H424V199",
    "M150 234V145M244 234V199M338 234V190",
    "M150 104V56",
    "M183 110H278M302 110H412",
    "M277 178H326M350 178H391",
    "M424 158V122M424 98V56",
  ],
};

const RNN: Wiring = {
  height: 130,
  boxes: [{ gate: "h", squash: "tanh", x: 330, y: 64 }],
  signs: [{ sign: "+", x: 210, y: 64, shows: "sum", dx: 0, dy: -21 }],
  ends: [
    { name: "h₋₁", shows: "h_before", x: 8, y: 64, anchor: "start" },
    { name: "x", x: 210, y: 122, anchor: "middle" },
    { name: "h", shows: "h", x: 592, y: 64, anchor: "end" },
  ],
  lines: ["M78 64H199M221 64H297M363 64H520", "M210 110V76"],
};

/** What of a net decides how it is drawn. */
export interface Drawn {
  readonly kind: "lstm" | "gru" | "rnn";
  readonly relu: boolean;
  readonly out: number;
  readonly hidden: number;
}

/** The wiring of a net; in reverse, what enters comes from the step behind. */
export function wiringOf({ hidden, kind, out, relu }: Drawn, reverse: boolean): Wiring {
  const plain = { lstm: LSTM, gru: GRU, rnn: RNN }[kind];
  const projection: Sign[] = kind === "lstm" && out < hidden ? [{ sign: "W", x: 490, y: 180 }] : [];
  return {
    ...plain,
    boxes: plain.boxes.map((box) => kind === "rnn" && relu ? { ...box, squash: "relu" } : box),
    signs: [...plain.signs, ...projection],
    ends: plain.ends.map((end) => ({
      ...end,
      name: reverse ? end.name.replaceAll("₋₁", "₊₁") : end.name,
    })),
  };
}

/** What goes into a gate, as the kernel sends it: W x, b_ih, W h, b_hh, value. */
export type Sum = readonly [number, number, number, number, number];

/** The numbers that stand on the diagram, by name. */
export function numbers(
  gates: readonly string[],
  sums: readonly Sum[],
  ends: ArrayLike<number>,
): Record<string, number> {
  const value = (gate: string): number => sums[gates.indexOf(gate)]?.[4] ?? NaN;
  const [before, h, cBefore, c] = [ends[0]!, ends[1]!, ends[2]!, ends[3]!];
  const found = { h_before: before, h, c_before: cBefore, c };
  if (gates.includes("f")) {
    const tanh = Math.tanh(c);
    const [f, i, g, o] = [value("f"), value("i"), value("g"), value("o")];
    return { ...found, f, i, g, o, fc: f * cBefore, ig: i * g, tanh, out: o * tanh };
  }
  if (gates.includes("z")) {
    const [r, z, n] = [value("r"), value("z"), value("n")];
    const [, , wh, bias] = sums[2]!;
    const rest = { rest: 1 - z, new: (1 - z) * n, zh: z * before, rh: r * (wh + bias) };
    return { ...found, r, z, n, ...rest };
  }
  const [x, b, wh, bias] = sums[0]!;
  return { ...found, sum: x + b + wh + bias };
}
