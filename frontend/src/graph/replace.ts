/** Another kind of step in the place of one: wires, name and what the two have in common stay. */
import { type Catalogue, inputsOf, type NodeType, outputsOf, type Port } from "./catalogue";
import type { Change } from "./commands";
import { edgeId, type FlowNode, type Graph, type JsonObject, nodeById } from "./document";
import { fieldsOf } from "./fields";
import { uniqueName } from "./keys";
import { type Made, newNode, renameStep } from "./operations";

/** What starts a flow gives way only to what starts one; a step with wires to one that takes them. */
export function mayReplace(graph: Graph, catalogue: Catalogue, id: string, type: NodeType) {
  const node = nodeById(graph, id);
  const now = node && catalogue.of(node);
  if (!node || type.type === node.type) return false;
  if (now && (now.trigger === null) !== (type.trigger === null)) return false;
  const enters = graph.edges.some((edge) => edge.target === id);
  const leaves = graph.edges.some((edge) => edge.source === id);
  return (!enters || type.inputs.length > 0) && (!leaves || type.outputs.length > 0);
}

export function replaceStep(
  graph: Graph,
  catalogue: Catalogue,
  id: string,
  type: NodeType,
): Made | null {
  const node = nodeById(graph, id);
  if (!node || !mayReplace(graph, catalogue, id, type)) return null;
  const now = catalogue.of(node);
  const fresh = newNode(graph, type, node.position);
  const params = { ...fresh.params, ...inCommon(node.params, now, type) };
  const { version } = type;
  const next: FlowNode = { ...node, type: type.type, version, params };
  const change: Change = {
    kind: "batch",
    changes: [
      { kind: "update", of: "nodes", id, set: { type: type.type, version, params } },
      ...rewired(graph, node, now, next, type),
      renamed(graph, catalogue, node, now, type),
    ],
  };
  return { change, id };
}

/** Settings of the same name and kind mean the same: an address, a text, a connection. */
function inCommon(params: JsonObject, now: NodeType | undefined, type: NodeType): JsonObject {
  const before = new Map(now ? fieldsOf(now).map((spec) => [spec.name, spec.kind]) : []);
  const shared = fieldsOf(type).filter(({ name, kind }) => before.get(name) === kind);
  const kept: JsonObject = {};
  for (const { name, kind, choices } of shared) {
    const value = params[name];
    if (value === undefined || value === "" || value === null) continue;
    if (kind === "choice" && !choices.some((choice) => choice.value === value)) continue;
    kept[name] = value;
  }
  return kept;
}

function rewired(
  graph: Graph,
  node: FlowNode,
  now: NodeType | undefined,
  next: FlowNode,
  type: NodeType,
): Change[] {
  const entrance = matching(inputsOf(node, now), inputsOf(next, type));
  const exit = matching(outputsOf(node, now), outputsOf(next, type));
  const drawn = new Set(graph.edges.map(edgeId));
  return graph.edges.flatMap((edge): Change[] => {
    const target_port = edge.target === node.id ? entrance(edge.target_port) : edge.target_port;
    const source_port = edge.source === node.id ? exit(edge.source_port) : edge.source_port;
    if (target_port === edge.target_port && source_port === edge.source_port) return [];
    const moved = target_port && source_port ? { ...edge, target_port, source_port } : null;
    const cut: Change = { kind: "unwire", edge };
    if (!moved || drawn.has(edgeId(moved))) return [cut];
    drawn.add(edgeId(moved));
    return [cut, { kind: "wire", edge: moved }];
  });
}

/** The port of the same name, else the one in the same place, else the first. */
function matching(before: Port[], after: Port[]): (name: string) => string | undefined {
  return (name) => {
    if (after.some((port) => port.name === name)) return name;
    const place = before.findIndex((port) => port.name === name);
    return (after[place] ?? after[0])?.name;
  };
}

/** A name that only said the kind says the new one; a name that somebody gave stays. */
function renamed(
  graph: Graph,
  catalogue: Catalogue,
  node: FlowNode,
  now: NodeType | undefined,
  type: NodeType,
): Change {
  const own = now && node.name.replace(/ \d+$/, "") !== now.name;
  if (own) return { kind: "batch", changes: [] };
  const others = graph.nodes.filter((other) => other.id !== node.id).map((other) => other.name);
  return renameStep(graph, catalogue, node.id, uniqueName(type.name, new Set(others)));
}
