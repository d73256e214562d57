/** Whether the view is so far out that words cannot be read: cards then leave out what costs most. */
import { getViewportForBounds, useStore } from "@xyflow/react";
import { useEffect, useState } from "react";
import { create } from "zustand";
import type { Graph } from "@/graph/document";
import { CARD } from "@/graph/operations";
import { CLEAR } from "./view";

const FAR = 0.3;

export const useFar = create<{ far: boolean }>()(() => ({ far: false }));

/** Watches the zoom once, for all cards. */
export function useWatchFar(graph: Graph): void {
  useState(() => useFar.setState({ far: fitsFar(graph) }));
  // Before the first view is found, all is drawn at zoom 1 and nobody sees it.
  const far = useStore((state) => (state.fitViewQueued ? null : state.transform[2] < FAR));
  useEffect(() => {
    if (far !== null) useFar.setState({ far });
  }, [far]);
}

/** Whether all of it at once will be so far away: then cards need not be drawn near first. */
function fitsFar({ nodes }: Graph): boolean {
  if (nodes.length === 0) return false;
  const across = nodes.map(({ position }) => position.x);
  const down = nodes.map(({ position }) => position.y);
  const [x, y] = [Math.min(...across), Math.min(...down)];
  const width = Math.max(...across) - x + CARD.width;
  const height = Math.max(...down) - y + CARD.height;
  const { innerWidth, innerHeight } = window;
  const bounds = { x, y, width, height };
  return getViewportForBounds(bounds, innerWidth, innerHeight, 0.01, 1, CLEAR).zoom < FAR;
}
