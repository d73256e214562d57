/** How the flow is brought into view: whole, centred, never enlarged, clear of what floats over it. */
import type { FitViewOptions } from "@xyflow/react";

/** Above lies *Add a step*, below the tools and what a run says. */
const CLEAR = { top: "76px", right: "72px", bottom: "84px", left: "40px" } as const;

export const FIT: FitViewOptions = { padding: CLEAR, maxZoom: 1 };

export function gliding(duration: number): FitViewOptions {
  return { ...FIT, duration };
}
