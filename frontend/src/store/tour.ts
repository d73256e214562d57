/** The tour of the canvas: where it stands. It comes by itself once in a person's life. */
import { create } from "zustand";
import { api } from "@/api/endpoints";

/** What each part points at, in its order. */
export const TOUR = [
  { name: "start", at: ".react-flow__node-step" },
  { name: "add", at: "[data-testid^='add-']" },
  { name: "test", at: "[data-testid='test']" },
  { name: "publish", at: "[data-testid='publish']" },
  { name: "help", at: "[data-testid='help']" },
] as const;

type TourState = {
  /** Which part is shown; null: none. */
  part: number | null;
  begin: () => void;
  go: (by: 1 | -1) => void;
  end: () => void;
};

export const useTour = create<TourState>()((set, get) => ({
  part: null,
  begin: () => set({ part: 0 }),
  go: (by) => {
    const next = (get().part ?? 0) + by;
    if (next >= TOUR.length) get().end();
    else set({ part: Math.max(next, 0) });
  },
  end: () => {
    set({ part: null });
    // If this is lost, the tour comes once more; nobody need be told.
    api.endTour().catch(() => undefined);
  },
}));
