import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { type Box, type Edge, layers, layout } from "./layout.ts";

const box = (id: string, width = 40, height = 20): Box => ({ id, width, height });

/** z = w·x + b, as the book draws it. */
const BOOK: Edge[] = [["w", "mul"], ["x", "mul"], ["mul", "y"], ["y", "add"], ["b", "add"], [
  "add",
  "z",
]];
const IDS = ["w", "x", "mul", "y", "b", "add", "z"];

Deno.test("leaves stand right before what uses them, the root at the right", () => {
  const found = layers(IDS, BOOK);
  equal(IDS.map((id) => found.get(id)), [0, 0, 1, 2, 2, 3, 4]);
});

/** A random graph whose edges go from lower to higher numbers. */
function random(seed: number): { boxes: Box[]; edges: Edge[] } {
  let state = seed * 2654435761 + 1;
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.abs(state >> 8) % n;
  };
  const count = 2 + next(30);
  const boxes = Array.from({ length: count }, (_, i) => box(`n${i}`, 20 + next(90), 20 + next(40)));
  const edges = Array.from({ length: count + next(count) }, (): Edge => {
    const from = next(count - 1);
    return [`n${from}`, `n${from + 1 + next(count - from - 1)}`];
  });
  return { boxes, edges };
}

Deno.test("no two boxes overlap, all lie inside, and every edge runs to the right", () => {
  for (let seed = 0; seed < 200; seed++) {
    const { boxes, edges } = random(seed);
    const { places, paths, width, height } = layout(boxes, edges);
    for (const [i, a] of boxes.entries()) {
      const p = places.get(a.id)!;
      ok(p.x - a.width / 2 >= -1e-6 && p.x + a.width / 2 <= width + 1e-6);
      ok(p.y - a.height / 2 >= -1e-6 && p.y + a.height / 2 <= height + 1e-6);
      for (const b of boxes.slice(i + 1)) {
        const q = places.get(b.id)!;
        const apart = Math.abs(p.x - q.x) >= (a.width + b.width) / 2 - 1e-6 ||
          Math.abs(p.y - q.y) >= (a.height + b.height) / 2 - 1e-6;
        ok(apart, `${seed}: ${a.id} lies on ${b.id}`);
      }
    }
    for (const path of paths) {
      for (let k = 1; k < path.length; k++) ok(path[k]!.x > path[k - 1]!.x, `${seed}`);
    }
  }
});

Deno.test("two chains that need not cross do not", () => {
  const edges: Edge[] = [["a", "d"], ["b", "c"], ["c", "e"], ["d", "f"], ["e", "g"], ["f", "g"]];
  const { places } = layout(["a", "b", "c", "d", "e", "f", "g"].map((id) => box(id)), edges);
  const above = (one: string, two: string): boolean => places.get(one)!.y < places.get(two)!.y;
  equal(above("a", "b"), above("d", "c"));
  equal(above("d", "c"), above("f", "e"));
});

Deno.test("a single box, and none", () => {
  equal(layout([box("a", 40, 20)], []).places.get("a"), { x: 20, y: 10 });
  equal(layout([], []).width, 0);
});

Deno.test("a chain lies on one line", () => {
  const { places } = layout(IDS.map((id) => box(id)), [["w", "mul"], ["mul", "y"], ["y", "z"]]);
  equal(places.get("w")!.y, places.get("mul")!.y);
  equal(places.get("y")!.y, places.get("z")!.y);
});
