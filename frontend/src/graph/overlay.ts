/** Two graphs drawn as one: what is new, what differs, and what is gone as ghosts. */
import { edgeId, type FlowNode, type Graph } from "./document";
import { freeSpot } from "./operations";

export type How = "added" | "changed" | "removed";
export type Marks = { nodes: ReadonlyMap<string, How>; edges: ReadonlyMap<string, How> };
export type Overlay = { graph: Graph; marks: Marks };

type Changed = { what: string; how: How; node: string | null };

/** `after` with what was taken away since `before`; ghosts give way to what stands there now. */
export function overlay(before: Graph, after: Graph, changes: readonly Changed[]): Overlay {
  const nodes = new Map(
    changes.flatMap(({ what, how, node }): [string, How][] =>
      node !== null && (what === "step" || what === "note") ? [[node, how]] : [],
    ),
  );
  const gone = before.nodes.filter((node) => nodes.get(node.id) === "removed");
  const graph = gone.reduce(withGhost, {
    ...after,
    notes: [...after.notes, ...before.notes.filter((note) => nodes.get(note.id) === "removed")],
  });
  const { edges, marks } = wires(before, after);
  return { graph: { ...graph, edges }, marks: { nodes, edges: marks } };
}

function withGhost(graph: Graph, ghost: FlowNode): Graph {
  return {
    ...graph,
    nodes: [...graph.nodes, { ...ghost, position: freeSpot(graph, ghost.position) }],
  };
}

function wires(before: Graph, after: Graph) {
  const old = new Set(before.edges.map(edgeId));
  const now = new Set(after.edges.map(edgeId));
  const lost = before.edges.filter((edge) => !now.has(edgeId(edge)));
  const marks = new Map<string, How>([
    ...after.edges.flatMap((edge): [string, How][] =>
      old.has(edgeId(edge)) ? [] : [[edgeId(edge), "added"]],
    ),
    ...lost.map((edge): [string, How] => [edgeId(edge), "removed"]),
  ]);
  return { edges: [...after.edges, ...lost], marks };
}
