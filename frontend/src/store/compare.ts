/** Two states of the flow side by side: shown on the canvas instead of the draft, not to be changed. */
import { notifications } from "@mantine/notifications";
import { create } from "zustand";
import { ApiError, plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import type { Change } from "@/api/types";
import { type Graph, normalise } from "@/graph/document";
import { type How, type Marks, overlay } from "@/graph/overlay";
import { i18n } from "@/i18n";
import { useEditor } from "./editor";
import { leaveRun } from "./live";
import { saver } from "./saver";

/** The draft, or a version by its number. */
export type Side = "draft" | number;

export type Comparison = {
  before: Side;
  after: Side;
  changes: readonly Change[];
  marks: Marks;
  /** What the canvas shows; once it shows something else, the comparison is over. */
  graph: Graph | null;
};

export const useCompare = create<{ shown: Comparison | null }>()(() => ({ shown: null }));

/** Draws `after` over `before`; says so where that is not possible. */
export function compare(before: Side, after: Side): void {
  void show(before, after).catch((error: unknown) =>
    notifications.show({ color: "red", message: plainMessage(error) }),
  );
}

async function show(before: Side, after: Side): Promise<void> {
  const uses = before === "draft" || after === "draft";
  if (uses && !useEditor.getState().readOnly && !(await saver().flush())) {
    throw new ApiError(0, i18n.t("compare.unsaved"), null);
  }
  const { flowId } = useEditor.getState();
  const found = await api.compare(flowId, String(before), String(after));
  leaveRun();
  const drawn = overlay(normalise(found.before), normalise(found.after), found.changes);
  useEditor.getState().show(drawn.graph);
  const graph = useEditor.getState().snapshot;
  useCompare.setState({
    shown: { before, after, changes: found.changes, marks: drawn.marks, graph },
  });
}

export function leaveComparison(): void {
  useEditor.getState().show(null);
}

useEditor.subscribe(({ snapshot }) => {
  const { shown } = useCompare.getState();
  if (shown && snapshot !== shown.graph) useCompare.setState({ shown: null });
});

export function useStepMark(id: string): How | undefined {
  return useCompare((state) => state.shown?.marks.nodes.get(id));
}

export function useWireMark(id: string): How | undefined {
  return useCompare((state) => state.shown?.marks.edges.get(id));
}
