/** When a panel takes room from the canvas: the whole flow again, or at least the step in hand. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { useEditor } from "@/store/editor";
import { FIT } from "./view";

const MARGIN = 40;

/** Returns what the canvas calls when its view begins to move. */
export function useKeptInView(): (event: MouseEvent | TouchEvent | null) => void {
  const flow = useReactFlow();
  const library = useStoreApi();
  // Whoever has moved the view wants it so: only their step is kept in sight then.
  const chosen = useRef(false);

  useEffect(() => {
    let before = library.getState().width;
    return library.subscribe(({ width }) => {
      if (width === before) return;
      const shrunk = width < before;
      before = width;
      if (!chosen.current) return void flow.fitView(FIT);
      const [only] = useEditor.getState().selection;
      const node = only ? flow.getInternalNode(only) : undefined;
      if (!node || !shrunk) return;
      const { x, y, zoom } = flow.getViewport();
      const left = node.internals.positionAbsolute.x * zoom + x;
      const over = left + (node.measured.width ?? 0) * zoom + MARGIN - width;
      if (over > 0) void flow.setViewport({ x: x - over, y, zoom }, { duration: 150 });
    });
  }, [flow, library]);

  return useCallback((event) => {
    if (event) chosen.current = true;
  }, []);
}
