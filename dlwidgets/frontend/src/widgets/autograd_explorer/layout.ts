/**
 * A graph laid out in layers from left to right, after Sugiyama, Tagawa and Toda (1981): layers by
 * longest path, bends for long edges, fewer crossings by barycentres, then heights. No DOM here.
 */

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export type Edge = readonly [from: string, to: string];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of each box. */
  readonly places: ReadonlyMap<string, Point>;
  /** For each edge the points that it goes through, its ends at the sides of the boxes. */
  readonly paths: readonly (readonly Point[])[];
}

/** Between layers, and between boxes of one layer. */
const ACROSS = 30;
const DOWN = 12;
const SWEEPS = 8;

interface Node {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
  readonly before: Node[];
  readonly after: Node[];
  y: number;
}

/** The layer of each box, 0 at the left: as far from the right as the longest path asks for. */
export function layers(ids: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const after = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const [from, to] of edges) after.get(from)?.push(to);
  const height = new Map<string, number>();
  const visit = (id: string): number => {
    const known = height.get(id);
    if (known !== undefined) return known;
    // A cycle, which no computation has, would otherwise never end.
    height.set(id, 0);
    const found = Math.max(-1, ...after.get(id)!.map(visit)) + 1;
    height.set(id, found);
    return found;
  };
  const most = Math.max(0, ...ids.map(visit));
  return new Map(ids.map((id) => [id, most - height.get(id)!]));
}

/** How many pairs of edges between two neighbouring layers cross. */
export function crossings(left: readonly Node[], right: readonly Node[]): number {
  const place = new Map(right.map((node, i) => [node, i]));
  const ends = left.flatMap((node) => node.after.map((to) => place.get(to)!).sort((a, b) => a - b));
  let found = 0;
  for (let i = 0; i < ends.length; i++) {
    for (let j = i + 1; j < ends.length; j++) if (ends[i]! > ends[j]!) found++;
  }
  return found;
}

export function layout(boxes: readonly Box[], edges: readonly Edge[]): Layout {
  const layer = layers(boxes.map((box) => box.id), edges);
  const nodes = new Map<string, Node>();
  const columns: Node[][] = [];
  const add = (id: string, at: number, width: number, height: number): Node => {
    const node = { id, width, height, layer: at, before: [], after: [], y: 0 };
    (columns[at] ??= []).push(node);
    return node;
  };
  for (const { id, width, height } of boxes) {
    nodes.set(id, add(id, layer.get(id)!, width, height));
  }
  const routes = edges.map(([from, to], i) => {
    const [start, end] = [nodes.get(from)!, nodes.get(to)!];
    const route = [start];
    for (let at = start.layer + 1; at < end.layer; at++) route.push(add(`${i}:${at}`, at, 0, 8));
    route.push(end);
    for (let k = 1; k < route.length; k++) {
      route[k - 1]!.after.push(route[k]!);
      route[k]!.before.push(route[k - 1]!);
    }
    return route;
  });
  const ordered = fewest(columns);
  heights(ordered);
  return drawn(ordered, nodes, routes);
}

/** The best order of each column that sweeps to and fro find. */
function fewest(columns: readonly Node[][]): Node[][] {
  const count = (all: readonly Node[][]): number =>
    all.slice(1).reduce((sum, column, i) => sum + crossings(all[i]!, column), 0);
  let now = columns.map((column) => [...column]);
  let [best, least] = [now, count(now)];
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const right = sweep % 2 === 0;
    now = now.map((column) => [...column]);
    const steps = now.map((_, i) => (right ? i : now.length - 1 - i)).slice(1);
    for (const at of steps) {
      const beside = now[right ? at - 1 : at + 1]!;
      const place = new Map(beside.map((node, i) => [node, i]));
      const weight = new Map(now[at]!.map((node, i) => {
        const near = right ? node.before : node.after;
        const sum = near.reduce((total, one) => total + place.get(one)!, 0);
        return [node, near.length > 0 ? sum / near.length : i];
      }));
      now[at]!.sort((a, b) => weight.get(a)! - weight.get(b)!);
    }
    const found = count(now);
    if (found < least) [best, least] = [now, found];
  }
  return best;
}

/** Puts each node near the middle of its neighbours, in the order of its column. */
function heights(columns: readonly Node[][]): void {
  for (const column of columns) {
    let y = 0;
    for (const node of column) {
      node.y = y + node.height / 2;
      y += node.height + DOWN;
    }
    for (const node of column) node.y -= y / 2;
  }
  for (let sweep = 0; sweep < 2 * SWEEPS; sweep++) {
    const all = sweep % 2 === 0 ? columns : [...columns].reverse();
    for (const column of all) {
      const wanted = column.map((node) => {
        const near = sweep % 2 === 0 ? node.before : node.after;
        const both = near.length > 0 ? near : [...node.before, ...node.after];
        return both.length > 0 ? both.reduce((s, one) => s + one.y, 0) / both.length : node.y;
      });
      spread(column, wanted);
    }
  }
}

/** The nearest to what is wanted at which no two overlap: least squares, by pooling neighbours. */
function spread(column: readonly Node[], wanted: readonly number[]): void {
  let offset = 0;
  const offsets = column.map((node, i) => {
    if (i > 0) offset += (column[i - 1]!.height + node.height) / 2 + DOWN;
    return offset;
  });
  const pools: { sum: number; size: number }[] = [];
  wanted.forEach((y, i) => {
    pools.push({ sum: y - offsets[i]!, size: 1 });
    while (pools.length > 1) {
      const [a, b] = [pools.at(-2)!, pools.at(-1)!];
      if (a.sum / a.size <= b.sum / b.size) break;
      pools.pop();
      a.sum += b.sum;
      a.size += b.size;
    }
  });
  let at = 0;
  for (const { sum, size } of pools) {
    for (let k = 0; k < size; k++, at++) column[at]!.y = sum / size + offsets[at]!;
  }
}

function drawn(columns: Node[][], nodes: Map<string, Node>, routes: Node[][]): Layout {
  const all = columns.flat();
  const top = Math.min(Infinity, ...all.map((node) => node.y - node.height / 2));
  const bottom = Math.max(-Infinity, ...all.map((node) => node.y + node.height / 2));
  let width = 0;
  const middles = columns.map((column) => {
    const wide = Math.max(0, ...column.map((node) => node.width));
    const middle = width + wide / 2;
    width += wide + ACROSS;
    return middle;
  });
  const point = (node: Node, side: number): Point => ({
    x: middles[node.layer]! + side * node.width / 2,
    y: node.y - top,
  });
  return {
    width: Math.max(0, width - ACROSS),
    height: Math.max(0, bottom - top),
    places: new Map([...nodes].map(([id, node]) => [id, point(node, 0)])),
    paths: routes.map((route) =>
      route.map((node, i) => point(node, i === 0 ? 1 : i === route.length - 1 ? -1 : 0))
    ),
  };
}
