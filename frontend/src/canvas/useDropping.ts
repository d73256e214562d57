/** Steps dragged from the palette onto the canvas, also onto a wire. */
import { useReactFlow } from "@xyflow/react";
import { type DragEvent, useCallback } from "react";
import { type Edge, edgeId } from "@/graph/document";
import { dropStep } from "@/store/actions";
import { useEditor } from "@/store/editor";
import { STEP_TYPE } from "@/ui/drag";

/** The wire that lies under a point of the screen. */
export function edgeUnder(x: number, y: number): Edge | null {
  const { draft } = useEditor.getState();
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__edge")?.getAttribute("data-id");
    const edge = id ? draft.edges.find((other) => edgeId(other) === id) : undefined;
    if (edge) return edge;
  }
  return null;
}

export function useDropping() {
  const flow = useReactFlow();
  const onDragOver = useCallback((event: DragEvent) => {
    if (!event.dataTransfer.types.includes(STEP_TYPE)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  }, []);
  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = useEditor.getState().catalogue.get(event.dataTransfer.getData(STEP_TYPE));
      if (!type) return;
      event.preventDefault();
      const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const position = { x: point.x - 110, y: point.y - 32 };
      dropStep(type, position, edgeUnder(event.clientX, event.clientY));
    },
    [flow],
  );
  return { onDragOver, onDrop };
}
