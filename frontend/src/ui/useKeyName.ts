/** Words for the names that expressions use: a step's name, or what a root means. */
import { useCallback } from "react";
import type { KeyNames } from "@/graph/summary";
import { useWords } from "@/i18n";
import { shownGraph, useEditor } from "@/store/editor";

const ROOTS = ["input", "trigger", "run", "repeat", "state", "vars", "now"] as const;

export function useKeyName(): KeyNames {
  const { t } = useWords();
  const nodes = useEditor((state) => shownGraph(state).nodes);
  return useCallback(
    (key) => {
      const root = ROOTS.find((name) => name === key);
      if (root) return t(`root.${root}`);
      return nodes.find((node) => node.key === key)?.name ?? key;
    },
    [nodes, t],
  );
}
