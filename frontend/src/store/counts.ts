/** How many items each step was given in the flow's last good run, by its key. */
import { create } from "zustand";

export const useLastCounts = create<{ items: { [key: string]: number } }>()(() => ({ items: {} }));
