/** Whether the view is so far out that words cannot be read: cards then leave out what costs most. */
import { useStore } from "@xyflow/react";
import { useEffect } from "react";
import { create } from "zustand";

const FAR = 0.3;

export const useFar = create<{ far: boolean }>()(() => ({ far: false }));

/** Watches the zoom once, for all cards. */
export function useWatchFar(): void {
  const far = useStore((state) => state.transform[2] < FAR);
  useEffect(() => useFar.setState({ far }), [far]);
}
