/** What differs between two drafts, in the words of a person: which steps, not which bytes. */
import { edgeId, type FlowNode, type Graph } from "./document";

export type Difference = {
  kind: "added" | "removed" | "changed" | "wires" | "settings";
  name: string;
};

/** `after` seen from `before`. Moving a step around changes nothing that matters. */
export function differences(before: Graph, after: Graph): Difference[] {
  const earlier = new Map(before.nodes.map((node) => [node.id, node]));
  const later = new Map(after.nodes.map((node) => [node.id, node]));
  const found: Difference[] = [];
  for (const node of after.nodes) {
    const old = earlier.get(node.id);
    if (!old) found.push({ kind: "added", name: node.name });
    else if (substance(old) !== substance(node)) found.push({ kind: "changed", name: node.name });
  }
  for (const node of before.nodes) {
    if (!later.has(node.id)) found.push({ kind: "removed", name: node.name });
  }
  if (wires(before) !== wires(after)) found.push({ kind: "wires", name: "" });
  if (stable(before.settings) !== stable(after.settings)) {
    found.push({ kind: "settings", name: "" });
  }
  return found;
}

function substance(node: FlowNode): string {
  return stable({ ...node, position: null });
}

function wires(graph: Graph): string {
  return graph.edges.map(edgeId).sort().join("\n");
}

/** JSON with sorted names, so that equal values give equal text. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
