/** Puts selected steps and notes on one line, or at equal distances. Sizes are as drawn. */
import type { Change } from "./commands";
import type { Graph, Position, Size } from "./document";
import { CARD } from "./operations";

export const ALIGNMENTS = ["left", "centre", "right", "top", "middle", "bottom"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];
export const SPREADS = ["across", "down"] as const;
export type Spread = (typeof SPREADS)[number];
export type Arrangement = Alignment | Spread;

type Box = Position & Size & { id: string; of: "nodes" | "notes" };

/** Moves nothing where there is nothing to arrange: one thing has no line, two no distance. */
export function arrange(
  graph: Graph,
  ids: ReadonlySet<string>,
  how: Arrangement,
  sizes: ReadonlyMap<string, Size>,
): Change {
  const boxes = boxesOf(graph, ids, sizes);
  const places = how === "across" || how === "down" ? spread(boxes, how) : align(boxes, how);
  return {
    kind: "batch",
    changes: boxes.flatMap(({ id, of, x, y }): Change[] => {
      const place = places.get(id);
      if (!place) return [];
      const position = { x: Math.round(place.x), y: Math.round(place.y) };
      const stays = position.x === x && position.y === y;
      return stays ? [] : [{ kind: "update", of, id, set: { position } }];
    }),
  };
}

function boxesOf(graph: Graph, ids: ReadonlySet<string>, sizes: ReadonlyMap<string, Size>): Box[] {
  const steps = graph.nodes.map((node) => ({
    id: node.id,
    of: "nodes" as const,
    ...node.position,
    ...(sizes.get(node.id) ?? CARD),
  }));
  const notes = graph.notes.map((note) => ({
    id: note.id,
    of: "notes" as const,
    ...note.position,
    ...note.size,
  }));
  return [...steps, ...notes].filter((box) => ids.has(box.id));
}

function align(boxes: readonly Box[], how: Alignment): Map<string, Position> {
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const place = ({ x, y, width, height }: Box): Position => {
    switch (how) {
      case "left":
        return { x: left, y };
      case "centre":
        return { x: (left + right - width) / 2, y };
      case "right":
        return { x: right - width, y };
      case "top":
        return { x, y: top };
      case "middle":
        return { x, y: (top + bottom - height) / 2 };
      case "bottom":
        return { x, y: bottom - height };
    }
  };
  return new Map(boxes.map((box) => [box.id, place(box)]));
}

/** The outermost two stay; the gaps between all become equal. */
function spread(boxes: readonly Box[], how: Spread): Map<string, Position> {
  const at = how === "across" ? "x" : "y";
  const long = how === "across" ? "width" : "height";
  const row = [...boxes].sort((a, b) => a[at] - b[at]);
  const first = row[0];
  const last = row[row.length - 1];
  if (!first || !last || row.length < 3) return new Map();
  const taken = row.reduce((sum, box) => sum + box[long], 0);
  const gap = (last[at] + last[long] - first[at] - taken) / (row.length - 1);
  const places = new Map<string, Position>();
  let next = first[at];
  for (const box of row) {
    places.set(box.id, { x: box.x, y: box.y, [at]: next });
    next += box[long] + gap;
  }
  return places;
}
