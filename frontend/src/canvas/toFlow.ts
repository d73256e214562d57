/** Turns the document into what the drawing library draws, keeping what it has measured. */
import type { Edge as DrawnEdge, Node as DrawnNode } from "@xyflow/react";
import { type Edge, edgeId, type Graph } from "@/graph/document";

export type StepData = Record<string, never>;
export type WireData = { edge: Edge; back: boolean };
export type StepItem = DrawnNode<StepData, "step" | "note">;
export type WireItem = DrawnEdge<WireData, "wire">;

const NO_DATA: StepData = {};

/** Where an item's spoken name stands: in its card, so that a new name concerns no other card. */
export const nameId = (item: string): string => `name-${item}`;

const named = (item: string) => ({ "aria-labelledby": nameId(item) });

/** Items that did not change stay the same objects, so that only the rest is drawn again. */
export function drawnNodes(
  graph: Graph,
  selection: ReadonlySet<string>,
  before: readonly StepItem[],
): StepItem[] {
  const known = new Map(before.map((item) => [item.id, item]));
  const notes = graph.notes.map((note) =>
    kept(known.get(note.id), {
      id: note.id,
      type: "note",
      position: note.position,
      data: NO_DATA,
      domAttributes: named(note.id),
      selected: selection.has(note.id),
      zIndex: -1,
      width: note.size.width,
      height: note.size.height,
    }),
  );
  const steps = graph.nodes.map((node) =>
    kept(known.get(node.id), {
      id: node.id,
      type: "step",
      position: node.position,
      data: NO_DATA,
      domAttributes: named(node.id),
      selected: selection.has(node.id),
    }),
  );
  return [...notes, ...steps];
}

function kept(before: StepItem | undefined, next: StepItem): StepItem {
  if (!before) return next;
  const same =
    before.position.x === next.position.x &&
    before.position.y === next.position.y &&
    before.selected === next.selected &&
    before.width === next.width &&
    before.height === next.height;
  return same ? before : { ...before, ...next };
}

export function drawnEdges(
  graph: Graph,
  isBack: (edge: Edge) => boolean,
  selected: ReadonlySet<string>,
  nameOf: (edge: Edge) => string,
): WireItem[] {
  return graph.edges.map((edge) => ({
    id: edgeId(edge),
    type: "wire",
    source: edge.source,
    target: edge.target,
    sourceHandle: edge.source_port,
    targetHandle: edge.target_port,
    selected: selected.has(edgeId(edge)),
    data: { edge, back: isBack(edge) },
    ariaLabel: nameOf(edge),
  }));
}

export type LooseConnection = {
  source: string | null;
  target: string | null;
  sourceHandle?: string | null;
  targetHandle?: string | null;
};

export function asEdge(connection: LooseConnection): Edge | null {
  const { source, target, sourceHandle, targetHandle } = connection;
  if (!source || !target || !sourceHandle || !targetHandle) return null;
  return { source, source_port: sourceHandle, target, target_port: targetHandle };
}
