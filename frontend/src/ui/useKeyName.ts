/** Words for the names that expressions use: a step's name, or what a root means. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { KeyNames } from "@/graph/summary";
import { shownGraph, useEditor } from "@/store/editor";

const ROOTS = ["input", "trigger", "run", "repeat", "state", "vars", "now"] as const;

export function useKeyName(): KeyNames {
  const { t } = useTranslation();
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
