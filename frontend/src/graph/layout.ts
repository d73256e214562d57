/** Tidies a flow: left to right, wires short. Loaded only when asked for. */
import dagre from "@dagrejs/dagre";
import type { Catalogue } from "./catalogue";
import type { Change } from "./commands";
import { entersFromBehind } from "./connect";
import type { Graph, Size } from "./document";
import { CARD, GAP, move } from "./operations";

export function tidy(graph: Graph, catalogue: Catalogue, sizes: ReadonlyMap<string, Size>): Change {
  const layout = new dagre.graphlib.Graph();
  layout.setGraph({ rankdir: "LR", nodesep: GAP.y, ranksep: GAP.x, align: "UL" });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layout.setNode(node.id, { ...(sizes.get(node.id) ?? CARD) });
  for (const edge of graph.edges) {
    if (!entersFromBehind(graph, catalogue, edge)) layout.setEdge(edge.source, edge.target);
  }
  dagre.layout(layout);
  const placed = graph.nodes.map((node) => {
    const { x, y, width, height } = layout.node(node.id);
    return { id: node.id, x: x - width / 2, y: y - height / 2 };
  });
  const old = corner(graph.nodes.map((node) => node.position));
  const now = corner(placed);
  return {
    kind: "batch",
    changes: placed.map(({ id, x, y }) => move(id, { x: x - now.x + old.x, y: y - now.y + old.y })),
  };
}

function corner(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  return {
    x: Math.min(...points.map((point) => point.x)),
    y: Math.min(...points.map((point) => point.y)),
  };
}
