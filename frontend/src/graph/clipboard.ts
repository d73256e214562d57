/** Copy and paste of steps as JSON text, so that it also works between flows and by chat or mail. */
import type { Catalogue } from "./catalogue";
import type { Change } from "./commands";
import {
  type Edge,
  type FlowNode,
  FORMAT,
  freshId,
  type Graph,
  isObject,
  type Json,
  type Note,
  normalise,
  type Position,
  takenIds,
} from "./document";
import { uniqueKey, uniqueName } from "./keys";
import { programFields, snap } from "./operations";
import { renameInObject } from "./templates";

export type Clip = { nodes: FlowNode[]; edges: Edge[]; notes: Note[] };

export function clipOf(graph: Graph, ids: ReadonlySet<string>): Clip {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    notes: graph.notes.filter((note) => ids.has(note.id)),
  };
}

export function toText(clip: Clip): string {
  return JSON.stringify({ format: FORMAT, ...clip, groups: [], settings: {} }, null, 2);
}

/** Reads a clip or a whole document; anything else (ordinary text) is null. */
export function fromText(text: string): Clip | null {
  try {
    const raw: Json = JSON.parse(text);
    if (!isObject(raw) || raw.format !== FORMAT || !Array.isArray(raw.nodes)) return null;
    const { nodes, edges, notes } = normalise(raw as unknown as Graph);
    const whole = nodes.every(
      (node) => typeof node.id === "string" && typeof node.type === "string",
    );
    return whole ? { nodes, edges, notes } : null;
  } catch {
    return null;
  }
}

export type Pasted = { change: Change; ids: string[] };

/** Steps get new ids, names and keys; references among the pasted steps follow. */
export function paste(graph: Graph, catalogue: Catalogue, clip: Clip, at: Position | null): Pasted {
  const taken = takenIds(graph);
  const ids = new Map<string, string>();
  for (const item of [...clip.nodes, ...clip.notes]) {
    const id = freshId(item.id.startsWith("t_") ? "t_" : "n_", taken);
    taken.add(id);
    ids.set(item.id, id);
  }
  const shift = offset(clip, at);
  const renamed = renamedNodes(graph, clip, ids, shift);
  const nodes = renamed.nodes.map((node) => ({
    ...node,
    params: renamed.keys.reduce(
      (params, [from, to]) => renameInObject(params, from, to, programFields(catalogue.of(node))),
      node.params,
    ),
  }));
  const changes: Change[] = [
    ...nodes.map((item): Change => ({ kind: "insert", into: "nodes", item })),
    ...clip.notes.map((note): Change => {
      const item = { ...note, id: ids.get(note.id) ?? note.id, position: shift(note.position) };
      return { kind: "insert", into: "notes", item };
    }),
    ...clip.edges.flatMap((edge): Change[] => {
      const source = ids.get(edge.source);
      const target = ids.get(edge.target);
      return source && target ? [{ kind: "wire", edge: { ...edge, source, target } }] : [];
    }),
  ];
  return { change: { kind: "batch", changes }, ids: [...ids.values()] };
}

function renamedNodes(
  graph: Graph,
  clip: Clip,
  ids: ReadonlyMap<string, string>,
  shift: (position: Position) => Position,
): { nodes: FlowNode[]; keys: [string, string][] } {
  const names = new Set(graph.nodes.map((node) => node.name));
  const keys = new Set(graph.nodes.map((node) => node.key));
  const changed: [string, string][] = [];
  const nodes = clip.nodes.map((node) => {
    const name = uniqueName(node.name, names);
    const key = uniqueKey(node.key, keys);
    names.add(name);
    keys.add(key);
    if (key !== node.key) changed.push([node.key, key]);
    return { ...node, id: ids.get(node.id) ?? node.id, name, key, position: shift(node.position) };
  });
  return { nodes, keys: changed };
}

function offset(clip: Clip, at: Position | null): (position: Position) => Position {
  if (!at) return ({ x, y }) => snap({ x: x + 40, y: y + 40 });
  const items = [...clip.nodes, ...clip.notes];
  const left = Math.min(...items.map((item) => item.position.x));
  const top = Math.min(...items.map((item) => item.position.y));
  return ({ x, y }) => snap({ x: x - left + at.x, y: y - top + at.y });
}
