/** What a run did in a step, in words: why skipped, what it waited for, which way items went. */
import { useCallback, useMemo } from "react";
import { type NodeType, outputsOf } from "@/graph/catalogue";
import type { FlowNode } from "@/graph/document";
import { useWords } from "@/i18n";
import { type StepView, useRun, viewOf } from "@/store/run";

/** Nothing came in, nothing went out: it counts as done, and is drawn grey. */
export function isIdle(view: StepView | null, type: NodeType | undefined): boolean {
  if (view?.status !== "succeeded" || type?.trigger) return false;
  return view.itemsIn === 0 && Object.values(view.itemsOut).every((count) => count === 0);
}

/** Sentences; empty where there is nothing to say. */
export function useStory(): (
  view: StepView | null,
  node: FlowNode,
  type: NodeType | undefined,
) => string[] {
  const { t } = useWords();
  return useCallback(
    (view, node, type) => {
      if (!view) return [];
      const { itemsIn, itemsOut, tries } = view;
      const done = view.status === "succeeded";
      const sent = type?.routes && done && itemsIn > 0 ? outputsOf(node, type) : [];
      return [
        ...(view.message ? [view.message] : []),
        ...(view.why && view.why !== view.message ? [view.why] : []),
        ...sent
          .filter((port) => itemsOut[port.name] !== undefined)
          .map((port) => t("story.sent", { count: itemsOut[port.name], port: port.label })),
        ...(tries > Math.max(1, itemsIn) && view.rounds === 1
          ? [t(itemsIn > 1 ? "story.tries" : "story.triesOne", { tries, count: itemsIn })]
          : []),
        ...(view.itemErrors > 0 ? [t("story.itemErrors", { count: view.itemErrors })] : []),
        ...(view.rounds > 1 ? [t("story.rounds", { count: view.rounds })] : []),
      ];
    },
    [t],
  );
}

/** The same as one text, put together only when the step's own view changes. */
export function useStoryOf(node: FlowNode, type: NodeType | undefined): string {
  const story = useStory();
  const view = useRun((state) => viewOf(state, node.key));
  return useMemo(() => story(view, node, type).join(" "), [story, view, node, type]);
}
