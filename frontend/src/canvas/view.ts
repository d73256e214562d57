/** How the flow is brought into view: whole, centred, never enlarged, clear of what floats over it. */
import type { FitViewOptions } from "@xyflow/react";

/** Above lies *Add a step*, below the tools and what a run says. */
export const CLEAR = { top: "76px", right: "72px", bottom: "84px", left: "40px" } as const;

/** Below this zoom the words on a card cannot be read. */
export const LEGIBLE = 0.6;

export const FIT: FitViewOptions = { padding: CLEAR, maxZoom: 1 };

export function gliding(duration: number): FitViewOptions {
  return { ...FIT, duration };
}
