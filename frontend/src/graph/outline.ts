/** The flow as a list: reading order, neighbours for the arrow keys, and what lies before a step. */
import type { Catalogue } from "./catalogue";
import { entersFromBehind } from "./connect";
import { type FlowNode, type Graph, nodeById } from "./document";
import { isToolWire } from "./tools";

/** Steps in the order in which they run, siblings from top to bottom. */
export function outline(graph: Graph, catalogue: Catalogue): FlowNode[] {
  const forward = graph.edges.filter((edge) => !entersFromBehind(graph, catalogue, edge));
  const waiting = new Map(graph.nodes.map((node) => [node.id, 0]));
  for (const edge of forward) waiting.set(edge.target, (waiting.get(edge.target) ?? 0) + 1);
  const byPlace = (a: FlowNode, b: FlowNode) =>
    a.position.y - b.position.y || a.position.x - b.position.x;
  const ready = graph.nodes.filter((node) => waiting.get(node.id) === 0).sort(byPlace);
  const order: FlowNode[] = [];
  for (let node = ready.shift(); node; node = ready.shift()) {
    order.push(node);
    const next: FlowNode[] = [];
    for (const edge of forward) {
      if (edge.source !== node.id) continue;
      const left = (waiting.get(edge.target) ?? 0) - 1;
      waiting.set(edge.target, left);
      const target = left === 0 ? nodeById(graph, edge.target) : undefined;
      if (target) next.push(target);
    }
    ready.unshift(...next.sort(byPlace));
  }
  const rest = graph.nodes.filter((node) => !order.includes(node));
  return [...order, ...rest];
}

/** All steps whose data a step can use, the nearest first. */
export function upstream(graph: Graph, catalogue: Catalogue, id: string): FlowNode[] {
  const found: string[] = [];
  let level = [id];
  while (level.length > 0) {
    const next: string[] = [];
    for (const edge of graph.edges) {
      if (!level.includes(edge.target) || edge.source === id) continue;
      if (entersFromBehind(graph, catalogue, edge)) continue;
      // A tool reads what came before whoever uses it, not what that one will give.
      if (isToolWire(edge)) next.push(edge.source);
      else if (!found.includes(edge.source)) {
        found.push(edge.source);
        next.push(edge.source);
      }
    }
    level = next;
  }
  return found.flatMap((source) => nodeById(graph, source) ?? []);
}

export type Direction = "left" | "right" | "up" | "down";

/** The step that an arrow key leads to: along wires sideways, by place up and down. */
export function neighbour(graph: Graph, id: string, direction: Direction): FlowNode | null {
  const node = nodeById(graph, id);
  if (!node) return null;
  const sideways = direction === "left" || direction === "right";
  const candidates = sideways
    ? graph.edges.flatMap((edge) => {
        if (direction === "right" && edge.source === id) return nodeById(graph, edge.target) ?? [];
        if (direction === "left" && edge.target === id) return nodeById(graph, edge.source) ?? [];
        return [];
      })
    : graph.nodes.filter((other) =>
        direction === "down"
          ? other.position.y > node.position.y
          : other.position.y < node.position.y,
      );
  const distance = (other: FlowNode) =>
    Math.hypot(
      (other.position.x - node.position.x) * (sideways ? 1 : 2),
      other.position.y - node.position.y,
    );
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
