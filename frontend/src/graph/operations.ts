/** What a person does to a flow, each as one change. Builds changes; applies none. */
import { type Catalogue, inputsOf, type NodeType, outputsOf } from "./catalogue";
import type { Change } from "./commands";
import { canConnect } from "./connect";
import {
  type Edge,
  type FlowNode,
  freshId,
  type Graph,
  type JsonObject,
  type Note,
  nodeById,
  type Position,
  type SparsePolicy,
  takenIds,
} from "./document";
import { fieldsOf } from "./fields";
import { keyFromName, uniqueKey, uniqueName } from "./keys";
import { renameInObject } from "./templates";
import { isToolWire, type ToolRules } from "./tools";

export const CARD = { width: 220, height: 64 } as const;
export const GAP = { x: 90, y: 56 } as const;

export type Made = { change: Change; id: string };

const batch = (changes: Change[]): Change => ({ kind: "batch", changes });

export function newNode(graph: Graph, type: NodeType, position: Position): FlowNode {
  const name = uniqueName(type.name, new Set(graph.nodes.map((node) => node.name)));
  return {
    id: freshId("n_", takenIds(graph)),
    key: uniqueKey(keyFromName(name), new Set(graph.nodes.map((node) => node.key))),
    name,
    type: type.type,
    version: type.version,
    params: { ...structuredClone(type.default_params), ...freshAddress(type) },
    policy: {},
    position: snap(position),
    disabled: false,
  };
}

/** An address nobody else has yet, so that a webhook works without being thought about. */
function freshAddress(type: NodeType): JsonObject {
  const open = fieldsOf(type).find(
    (spec) => spec.kind === "webhook_path" && !type.default_params[spec.name],
  );
  return open ? { [open.name]: freshId("call-", new Set()) } : {};
}

export function snap({ x, y }: Position): Position {
  return { x: Math.round(x / 10) * 10, y: Math.round(y / 10) * 10 };
}

export function addStep(graph: Graph, type: NodeType, position: Position): Made {
  const node = newNode(graph, type, freeSpot(graph, position));
  return { change: { kind: "insert", into: "nodes", item: node }, id: node.id };
}

/** Moves a wished place down until no other card lies there. */
export function freeSpot(graph: Graph, wish: Position): Position {
  let spot = snap(wish);
  while (graph.nodes.some((node) => overlaps(node.position, spot))) {
    spot = { x: spot.x, y: spot.y + CARD.height + GAP.y };
  }
  return spot;
}

function overlaps(a: Position, b: Position): boolean {
  return Math.abs(a.x - b.x) < CARD.width + 10 && Math.abs(a.y - b.y) < CARD.height + 20;
}

/** A new step to the right of an exit (or to the left of an entrance), already wired. */
export function addStepAt(
  graph: Graph,
  catalogue: Catalogue,
  type: NodeType,
  end: { node: string; port: string; side: "source" | "target" },
  position?: Position,
): Made {
  const anchor = nodeById(graph, end.node);
  if (!anchor) return addStep(graph, type, position ?? { x: 0, y: 0 });
  const shift = (CARD.width + GAP.x) * (end.side === "source" ? 1 : -1);
  const place = position ?? {
    x: anchor.position.x + shift,
    y: anchor.position.y + portShift(anchor, catalogue, end),
  };
  const node = newNode(graph, type, freeSpot(graph, place));
  const added = { ...graph, nodes: [...graph.nodes, node] };
  const edge = wireBetween(added, catalogue, end, node);
  const insert: Change = { kind: "insert", into: "nodes", item: node };
  return { change: batch(edge ? [insert, { kind: "wire", edge }] : [insert]), id: node.id };
}

function portShift(
  anchor: FlowNode,
  catalogue: Catalogue,
  end: { port: string; side: "source" | "target" },
): number {
  const type = catalogue.of(anchor);
  const ports = end.side === "source" ? outputsOf(anchor, type) : inputsOf(anchor, type);
  const index = ports.findIndex((port) => port.name === end.port);
  return Math.max(0, index) * (CARD.height + GAP.y);
}

function wireBetween(
  graph: Graph,
  catalogue: Catalogue,
  end: { node: string; port: string; side: "source" | "target" },
  node: FlowNode,
): Edge | null {
  const type = catalogue.of(node);
  const ports = end.side === "source" ? inputsOf(node, type) : outputsOf(node, type);
  for (const port of ports) {
    const edge: Edge =
      end.side === "source"
        ? { source: end.node, source_port: end.port, target: node.id, target_port: port.name }
        : { source: node.id, source_port: port.name, target: end.node, target_port: end.port };
    if (canConnect(graph, catalogue, edge).ok) return edge;
  }
  return null;
}

/** Puts a step into the middle of a wire; what lies to the right makes room where needed. */
export function insertOnEdge(
  graph: Graph,
  catalogue: Catalogue,
  edge: Edge,
  type: NodeType,
): Made | null {
  const source = nodeById(graph, edge.source);
  const target = nodeById(graph, edge.target);
  const entrance = type.inputs[0];
  const exit = type.outputs[0];
  if (!source || !target || !entrance || !exit || isToolWire(edge)) return null;
  const step = CARD.width + GAP.x;
  const room = target.position.x - source.position.x;
  const moved =
    room > 0 && room < 2 * step ? makeRoom(graph, catalogue, target, 2 * step - room) : [];
  const x =
    moved.length > 0 ? source.position.x + step : (source.position.x + target.position.x) / 2;
  const y = moved.length > 0 ? target.position.y : (source.position.y + target.position.y) / 2;
  const node = newNode(graph, type, { x, y });
  return {
    id: node.id,
    change: batch([
      ...moved,
      { kind: "unwire", edge },
      { kind: "insert", into: "nodes", item: node },
      ...throughChanges(edge, node.id, entrance.name, exit.name),
    ]),
  };
}

function makeRoom(graph: Graph, catalogue: Catalogue, from: FlowNode, by: number): Change[] {
  const ids = downstream(graph, catalogue, from.id);
  return graph.nodes
    .filter((node) => ids.has(node.id) && node.position.x >= from.position.x)
    .map((node) => move(node.id, { x: node.position.x + by, y: node.position.y }));
}

function downstream(graph: Graph, catalogue: Catalogue, id: string): Set<string> {
  const found = new Set<string>([id]);
  for (const reached of found) {
    for (const edge of graph.edges) {
      const target = nodeById(graph, edge.target);
      const loops = target && catalogue.of(target)?.loop;
      if (edge.source === reached && !loops) found.add(edge.target);
    }
  }
  return found;
}

function throughChanges(edge: Edge, id: string, entrance: string, exit: string): Change[] {
  return [
    { kind: "wire", edge: { ...edge, target: id, target_port: entrance } },
    { kind: "wire", edge: { ...edge, source: id, source_port: exit } },
  ];
}

/** Drops a step that already exists on a wire. Only for steps that have no wires yet. */
export function dropOnEdge(
  graph: Graph,
  catalogue: Catalogue,
  edge: Edge,
  id: string,
): Change | null {
  const node = nodeById(graph, id);
  if (!node || edge.source === id || edge.target === id || isToolWire(edge)) return null;
  if (graph.edges.some((other) => other.source === id || other.target === id)) return null;
  const type = catalogue.of(node);
  const entrance = inputsOf(node, type)[0];
  const exit = outputsOf(node, type)[0];
  if (!entrance || !exit) return null;
  return batch([{ kind: "unwire", edge }, ...throughChanges(edge, id, entrance.name, exit.name)]);
}

export function move(id: string, position: Position): Change {
  return { kind: "update", of: "nodes", id, set: { position: snap(position) } };
}

/** Removes steps and notes with all wires at them. A step in the middle closes the gap. */
export function removeItems(graph: Graph, catalogue: Catalogue, ids: ReadonlySet<string>): Change {
  const touching = graph.edges.filter((edge) => ids.has(edge.source) || ids.has(edge.target));
  const removals = [...ids].flatMap((id): Change[] => {
    if (nodeById(graph, id)) return [{ kind: "remove", from: "nodes", id }];
    return graph.notes.some((note) => note.id === id)
      ? [{ kind: "remove", from: "notes", id }]
      : [];
  });
  const groups = graph.groups
    .filter((group) => group.nodes.some((id) => ids.has(id)))
    .map((group): Change => {
      const nodes = group.nodes.filter((id) => !ids.has(id));
      return { kind: "update", of: "groups", id: group.id, set: { nodes } };
    });
  return batch([
    ...touching.map((edge): Change => ({ kind: "unwire", edge })),
    ...groups,
    ...removals,
    ...bridges(graph, catalogue, ids),
  ]);
}

function bridges(graph: Graph, catalogue: Catalogue, ids: ReadonlySet<string>): Change[] {
  const [id] = ids;
  if (ids.size !== 1 || id === undefined) return [];
  const incoming = graph.edges.filter((edge) => edge.target === id);
  const outgoing = graph.edges.filter((edge) => edge.source === id);
  const [before] = incoming;
  const [after] = outgoing;
  if (!before || !after || incoming.length > 1 || outgoing.length > 1) return [];
  const edge: Edge = { ...before, target: after.target, target_port: after.target_port };
  return canConnect(graph, catalogue, edge).ok ? [{ kind: "wire", edge }] : [];
}

/** A new name brings a new key, and every reference follows. */
export function renameStep(graph: Graph, catalogue: Catalogue, id: string, name: string): Change {
  const node = nodeById(graph, id);
  const clean = name.trim();
  if (!node || !clean || clean === node.name) return batch([]);
  const others = new Set(graph.nodes.filter((other) => other.id !== id).map((other) => other.key));
  const key = uniqueKey(keyFromName(clean), others);
  const rename: Change = { kind: "update", of: "nodes", id, set: { name: clean, key } };
  if (key === node.key) return rename;
  const followers = graph.nodes.flatMap((other): Change[] => {
    const params = renameInObject(other.params, node.key, key, programFields(catalogue.of(other)));
    if (params === other.params) return [];
    return [{ kind: "update", of: "nodes", id: other.id, set: { params } }];
  });
  return batch([rename, ...followers]);
}

/** Program text is nobody's template: renaming leaves it alone. */
export function programFields(type: NodeType | undefined): Set<string> {
  const fields = type ? fieldsOf(type).filter((spec) => spec.kind === "code") : [];
  return new Set(fields.map((spec) => spec.name));
}

/** New settings. Where they take an exit away, its wires go with it. */
export function setParams(
  graph: Graph,
  catalogue: Catalogue,
  node: FlowNode,
  params: JsonObject,
): Change {
  const update: Change = { kind: "update", of: "nodes", id: node.id, set: { params } };
  const type = catalogue.of(node);
  const left = new Set(outputsOf({ ...node, params }, type).map((port) => port.name));
  const gone = new Set(outputsOf(node, type).flatMap(({ name }) => (left.has(name) ? [] : [name])));
  if (gone.size === 0) return update;
  const loose = graph.edges.filter((edge) => edge.source === node.id && gone.has(edge.source_port));
  return batch([...loose.map((edge): Change => ({ kind: "unwire", edge })), update]);
}

export function setPolicy(id: string, policy: SparsePolicy): Change {
  return { kind: "update", of: "nodes", id, set: { policy } };
}

export function setTool(id: string, tool: ToolRules): Change {
  return { kind: "update", of: "nodes", id, set: { tool } };
}

export function setDisabled(graph: Graph, ids: ReadonlySet<string>): Change {
  const nodes = graph.nodes.filter((node) => ids.has(node.id));
  const disabled = nodes.some((node) => !node.disabled);
  return batch(nodes.map(({ id }) => ({ kind: "update", of: "nodes", id, set: { disabled } })));
}

const NOTE = { width: 260, height: 140 } as const;

/** The wished place, or one above all steps where the note would lie under a card. */
export function noteSpot(graph: Graph, wish: Position): Position {
  const covered = graph.nodes.some(
    ({ position }) =>
      Math.abs(position.x - wish.x) < NOTE.width && Math.abs(position.y - wish.y) < NOTE.height,
  );
  if (!covered) return wish;
  const top = Math.min(...graph.nodes.map((node) => node.position.y));
  return { x: wish.x, y: top - NOTE.height - GAP.y };
}

export function addNote(graph: Graph, text: string, position: Position): Made {
  const item: Note = {
    id: freshId("t_", takenIds(graph)),
    text,
    position: snap(position),
    size: { ...NOTE },
    color: "yellow",
  };
  return { change: { kind: "insert", into: "notes", item }, id: item.id };
}
