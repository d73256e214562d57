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
  type JsonObject,
  type Note,
  normalise,
  type Position,
  takenIds,
} from "./document";
import { fieldsOf } from "./fields";
import { uniqueKey, uniqueName } from "./keys";
import { programFields, snap } from "./operations";
import { renameInObject } from "./templates";

export const CLIP = "segue.clip/1";

/** What steps use that is not part of the flow: by these kinds of fields, by id. */
export const USES = {
  credential: "connection",
  model: "model",
  table: "table",
  flow: "flow",
} as const;
export type Use = (typeof USES)[keyof typeof USES];
/** `{connection: {id: name}}`: so that whoever lacks one is told its name. */
export type Names = Partial<Record<Use, Record<string, string>>>;

export type Clip = { nodes: FlowNode[]; edges: Edge[]; notes: Note[]; names: Names };
/** Ordinary text is `rubbish`; what says that it is a clip but cannot be read, `broken`. */
export type Read = Clip | "rubbish" | "broken";

export function clipOf(graph: Graph, ids: ReadonlySet<string>): Clip {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    notes: graph.notes.filter((note) => ids.has(note.id)),
    names: {},
  };
}

export function toText(clip: Clip): string {
  return JSON.stringify({ format: CLIP, ...clip }, null, 2);
}

/** Reads a clip or a whole document. */
export function fromText(text: string): Read {
  const claims = text.includes(CLIP) || text.includes(FORMAT);
  try {
    const raw: Json = JSON.parse(text);
    if (!isObject(raw) || (raw.format !== CLIP && raw.format !== FORMAT)) return "rubbish";
    if (!isWhole(raw)) return "broken";
    const { nodes, edges, notes } = normalise(raw as unknown as Graph);
    const names = isObject(raw.names) ? (raw.names as Names) : {};
    return { nodes, edges, notes, names };
  } catch {
    return claims ? "broken" : "rubbish";
  }
}

/** Enough of its shape that nothing drawn from it can fail; the server checks the rest. */
function isWhole(raw: JsonObject): boolean {
  const list = (name: string): JsonObject[] | null => {
    const value = raw[name] ?? [];
    return Array.isArray(value) && value.every(isObject) ? value : null;
  };
  const texts = (item: JsonObject, names: string[]) =>
    names.every((name) => typeof item[name] === "string");
  const placed = ({ position }: JsonObject) =>
    position === undefined ||
    (isObject(position) && Number.isFinite(position.x) && Number.isFinite(position.y));
  const [nodes, edges, notes] = [list("nodes"), list("edges"), list("notes")];
  return (
    nodes !== null &&
    edges !== null &&
    notes !== null &&
    nodes.length + notes.length > 0 &&
    nodes.every((node) => texts(node, ["id", "key", "type"]) && placed(node) && plain(node)) &&
    edges.every((edge) => texts(edge, ["source", "source_port", "target", "target_port"])) &&
    notes.every((note) => texts(note, ["id", "text"]) && placed(note) && isObject(note.size))
  );
}

function plain({ params, policy }: JsonObject): boolean {
  return [params, policy].every((value) => value === undefined || isObject(value));
}

/** What the steps of a clip use from outside the flow: each once. */
export function usesOf(clip: Clip, catalogue: Catalogue): { use: Use; id: string }[] {
  const found = new Map<string, { use: Use; id: string }>();
  for (const node of clip.nodes) {
    const type = catalogue.of(node);
    for (const spec of type ? fieldsOf(type) : []) {
      const use = spec.kind in USES ? USES[spec.kind as keyof typeof USES] : null;
      const id = node.params[spec.name];
      if (use && typeof id === "string" && id !== "") found.set(`${use} ${id}`, { use, id });
    }
  }
  return [...found.values()];
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
