/** Frames around steps that belong together. They carry no meaning for a run. */
import type { Change } from "./commands";
import { freshId, type Graph, type Group, takenIds } from "./document";

/** The group whose steps are exactly these. */
export function groupOf(graph: Graph, ids: ReadonlySet<string>): Group | undefined {
  return graph.groups.find(
    ({ nodes }) =>
      nodes.length > 0 && nodes.length === ids.size && nodes.every((id) => ids.has(id)),
  );
}

/** Frames the selected steps, or takes the frame away that is just around them. */
export function toggleGroup(graph: Graph, ids: ReadonlySet<string>, title: string): Change | null {
  const steps = graph.nodes.filter((node) => ids.has(node.id)).map((node) => node.id);
  const members = new Set(steps);
  const known = groupOf(graph, members);
  if (known) return { kind: "remove", from: "groups", id: known.id };
  if (steps.length < 2) return null;
  const item: Group = { id: freshId("g_", takenIds(graph)), title, nodes: steps, color: "" };
  return { kind: "insert", into: "groups", item };
}
