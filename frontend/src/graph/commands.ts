/** Every change of a document as a value, and its inverse: undo, redo and tests come from that. */
import { type Edge, type FlowNode, type Graph, type Group, type Note, sameEdge } from "./document";

type Items = { nodes: FlowNode; notes: Note; groups: Group };
export type Collection = keyof Items;

type Insert = {
  [C in Collection]: { kind: "insert"; into: C; item: Items[C]; index?: number };
}[Collection];
type Update = {
  [C in Collection]: { kind: "update"; of: C; id: string; set: Partial<Items[C]> };
}[Collection];
type Remove = { kind: "remove"; from: Collection; id: string };

export type Change =
  | Insert
  | Update
  | Remove
  | { kind: "wire"; edge: Edge; index?: number }
  | { kind: "unwire"; edge: Edge }
  | { kind: "settings"; set: Graph["settings"] }
  | { kind: "replace"; graph: Graph }
  | { kind: "batch"; changes: Change[] };

export type Applied = { graph: Graph; inverse: Change };

const NOTHING: Change = { kind: "batch", changes: [] };

/** Applies a change. A change that no longer fits (its step is gone) does nothing. */
export function apply(graph: Graph, change: Change): Applied {
  switch (change.kind) {
    case "insert":
      return insert(graph, change);
    case "update":
      return update(graph, change);
    case "remove":
      return remove(graph, change);
    case "wire":
      return wire(graph, change.edge, change.index);
    case "unwire":
      return unwire(graph, change.edge);
    case "settings":
      return {
        graph: { ...graph, settings: change.set },
        inverse: { kind: "settings", set: graph.settings },
      };
    case "replace":
      return { graph: change.graph, inverse: { kind: "replace", graph } };
    case "batch":
      return batch(graph, change.changes);
  }
}

function batch(graph: Graph, changes: Change[]): Applied {
  let current = graph;
  const inverses: Change[] = [];
  for (const change of changes) {
    const applied = apply(current, change);
    current = applied.graph;
    inverses.unshift(applied.inverse);
  }
  return { graph: current, inverse: { kind: "batch", changes: inverses } };
}

function insert(graph: Graph, change: Insert): Applied {
  const list: readonly { id: string }[] = graph[change.into];
  if (list.some((item) => item.id === change.item.id)) return { graph, inverse: NOTHING };
  return {
    graph: { ...graph, [change.into]: insertedAt(list, change.item, change.index) },
    inverse: { kind: "remove", from: change.into, id: change.item.id },
  };
}

function insertedAt<T>(list: readonly T[], item: T, index = list.length): T[] {
  return [...list.slice(0, index), item, ...list.slice(index)];
}

function update(graph: Graph, change: Update): Applied {
  const list: readonly { id: string }[] = graph[change.of];
  const before = list.find((item) => item.id === change.id);
  if (!before) return { graph, inverse: NOTHING };
  const earlier = Object.fromEntries(
    Object.keys(change.set).map((name) => [name, before[name as keyof typeof before]]),
  );
  const after = { ...before, ...change.set };
  return {
    graph: { ...graph, [change.of]: list.map((item) => (item === before ? after : item)) },
    inverse: { kind: "update", of: change.of, id: change.id, set: earlier } as Update,
  };
}

function remove(graph: Graph, change: Remove): Applied {
  const list: readonly { id: string }[] = graph[change.from];
  const index = list.findIndex((item) => item.id === change.id);
  const item = list[index];
  if (!item) return { graph, inverse: NOTHING };
  return {
    graph: { ...graph, [change.from]: list.filter((other) => other !== item) },
    inverse: { kind: "insert", into: change.from, item, index } as Insert,
  };
}

function wire(graph: Graph, edge: Edge, index?: number): Applied {
  if (graph.edges.some((other) => sameEdge(other, edge))) return { graph, inverse: NOTHING };
  return {
    graph: { ...graph, edges: insertedAt(graph.edges, edge, index) },
    inverse: { kind: "unwire", edge },
  };
}

function unwire(graph: Graph, edge: Edge): Applied {
  const index = graph.edges.findIndex((other) => sameEdge(other, edge));
  const found = graph.edges[index];
  if (!found) return { graph, inverse: NOTHING };
  return {
    graph: { ...graph, edges: graph.edges.filter((other) => other !== found) },
    inverse: { kind: "wire", edge: found, index },
  };
}
