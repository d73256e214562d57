/** Steps that another step uses as tools: wired to its port for them, and to nothing else. */
import type { NodeType } from "./catalogue";
import { type Edge, type FlowNode, type Graph, isObject, type Json, nodeById } from "./document";
import type { FieldKind, FieldSpec } from "./fields";

/** The port of a step that uses tools; the name is the same on the server. */
export const TOOLS_PORT = "tools";

export type ToolRules = { guidance: string; asks_first: boolean; most_calls: number | null };

export const NO_RULES: ToolRules = { guidance: "", asks_first: false, most_calls: null };

export function usesTools(type: NodeType): boolean {
  return type.outputs.some((port) => port.tools);
}

export function isToolWire(edge: Edge): boolean {
  return edge.source_port === TOOLS_PORT;
}

/** Who uses a step as a tool, if anybody does. */
export function userOf(graph: Graph, id: string): FlowNode | undefined {
  const wire = graph.edges.find((edge) => edge.target === id && isToolWire(edge));
  return wire && nodeById(graph, wire.source);
}

/** Why a wire that makes (or touches) a tool may not be drawn; null where it may. */
export function toolRefusal(
  graph: Graph,
  edge: Edge,
  target: NodeType | undefined,
): "no_tool" | "is_tool" | null {
  const others = graph.edges.filter((other) => other !== edge);
  if (!isToolWire(edge)) {
    const ends = [edge.source, edge.target];
    return others.some((other) => isToolWire(other) && ends.includes(other.target))
      ? "is_tool"
      : null;
  }
  if (!target?.usable_as_tool) return "no_tool";
  const flows = others.some(
    (other) => !isToolWire(other) && (other.target === edge.target || other.source === edge.target),
  );
  const uses = others.filter((other) => other.source === edge.target && !isToolWire(other));
  return flows || uses.length > 0 ? "is_tool" : null;
}

const PERSONS: ReadonlySet<FieldKind> = new Set([
  "credential",
  "model",
  "flow",
  "schema",
  "webhook_path",
  "choice",
  "offers",
]);

/** Whether a setting of a tool may be left to the model that uses it. */
export function mayBeFilled(spec: FieldSpec): boolean {
  return !PERSONS.has(spec.kind);
}

/** A setting that is left to the model, with what it is told of it. */
export function isFilled(value: Json | undefined): value is { $model: string } {
  return isObject(value) && typeof value.$model === "string";
}

const INNER = /^(.*)\.(\d+):(\d+)$/;

/** Of the address of a step inside of a step (`agent.0:3`): whose, of which item, the how many-th. */
export function innerPlace(
  iteration: string,
): { key: string; item: number; number: number; outer: string } | null {
  const cut = iteration.lastIndexOf("/");
  const found = INNER.exec(iteration.slice(cut + 1));
  if (!found) return null;
  const [, key = "", item, number] = found;
  const outer = cut < 0 ? "" : iteration.slice(0, cut);
  return { key, item: Number(item), number: Number(number), outer };
}

/** Whether a row is one of a step's own turns inside of itself, not the step as a whole. */
export function isTurn(key: string, iteration: string): boolean {
  return innerPlace(iteration)?.key === key;
}
