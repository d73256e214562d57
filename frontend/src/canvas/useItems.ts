/** Cards and notes as the library wants them: what it measures stays with it, what is edited does not. */
import {
  applyNodeChanges,
  getViewportForBounds,
  type NodeChange,
  useReactFlow,
} from "@xyflow/react";
import {
  type MouseEvent as ReactMouseEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import type { Edge } from "@/graph/document";
import { CARD } from "@/graph/operations";
import { moveItems } from "@/store/actions";
import { shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { focusCard } from "@/ui/focusCard";
import { drawnNodes, type StepItem } from "./toFlow";
import { edgeUnder } from "./useDropping";
import { CLEAR, FIT, gliding, LEGIBLE } from "./view";

type Pointed = ReactMouseEvent | MouseEvent | TouchEvent;

/** A past run may lie elsewhere than the draft: show it whole. */
function useFitOnSwitch(): void {
  const flow = useReactFlow();
  const past = useEditor((state) => state.snapshot);
  const before = useRef(past);
  useEffect(() => {
    if (before.current === past) return;
    before.current = past;
    const timer = setTimeout(() => void flow.fitView(FIT), 80);
    return () => clearTimeout(timer);
  }, [past, flow]);
}

export function useItems() {
  const graph = useEditor(shownGraph);
  const selection = useEditor((state) => state.selection);
  const [nodes, setNodes] = useState<StepItem[]>([]);
  useReveal();
  useFitOnSwitch();

  useEffect(() => {
    setNodes((before) => drawnNodes(graph, selection, before));
  }, [graph, selection]);

  const onNodesChange = useCallback((changes: NodeChange<StepItem>[]) => {
    const chosen = changes.filter((change) => change.type === "select");
    if (chosen.length > 0) {
      const next = new Set(useEditor.getState().selection);
      for (const change of chosen) {
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      useEditor.getState().select(next);
    }
    const rest = changes.filter(
      (change) => change.type === "position" || change.type === "dimensions",
    );
    if (rest.length > 0) setNodes((before) => applyNodeChanges(rest, before));
  }, []);

  const finish = useCallback((event: Pointed, moved: StepItem[]) => {
    const point = "clientX" in event ? event : null;
    const [only] = moved;
    const edge: Edge | null =
      point && moved.length === 1 && only ? edgeUnder(point.clientX, point.clientY) : null;
    moveItems(
      moved.map(({ id, position }) => ({ id, position })),
      edge,
    );
  }, []);

  return {
    nodes,
    onNodesChange,
    onDragStop: useCallback(
      (event: Pointed, _: StepItem, moved: StepItem[]) => finish(event, moved),
      [finish],
    ),
    onSelectionDragStop: finish,
  };
}

function useReveal(): void {
  const flow = useReactFlow();
  const reveal = useUi((state) => state.reveal);
  useEffect(() => {
    if (!reveal) return;
    // The new card must be measured before its place can be judged.
    const timer = setTimeout(() => {
      const node = flow.getInternalNode(reveal.id);
      if (!node) return;
      // The palette or menu that had the focus is gone; an open panel, dialog or search keeps its own.
      const { step, find, dialog } = useUi.getState();
      if (step === null && !find && dialog === null) focusCard(reveal.id);
      const { x, y, zoom } = flow.getViewport();
      const left = node.internals.positionAbsolute.x * zoom + x;
      const top = node.internals.positionAbsolute.y * zoom + y;
      const box = document.querySelector(".react-flow")?.getBoundingClientRect();
      if (!box) return;
      const seen =
        left > 40 &&
        top > 40 &&
        left + 280 * zoom < box.width - 40 &&
        top + 100 * zoom < box.height - 60;
      const legible = !find || zoom >= LEGIBLE;
      if (seen && legible) return;
      const nodes = flow.getNodes();
      const whole = getViewportForBounds(
        flow.getNodesBounds(nodes),
        box.width,
        box.height,
        0.1,
        1,
        CLEAR,
      );
      if (!find && whole.zoom >= LEGIBLE) return void flow.fitView(gliding(200));
      const { x: across, y: down } = node.internals.positionAbsolute;
      const { width = CARD.width, height = CARD.height } = node.measured;
      const near = { zoom: Math.max(zoom, LEGIBLE), duration: 200 };
      void flow.setCenter(across + width / 2, down + height / 2, near);
    }, 60);
    return () => clearTimeout(timer);
  }, [reveal, flow]);
}
