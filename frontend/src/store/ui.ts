/** What is open on the screen. No data, no server. */
import { create } from "zustand";
import type { Edge, Position } from "@/graph/document";

export type SidePanel = "runs" | "problems" | "versions" | "outline" | "settings";
export type Dialog = "test" | "publish" | "shortcuts" | "wires" | "again" | "commands";

/** Where a run that is run again begins; `replay` tries it on the draft and sends nothing. */
export type AgainFrom = "start" | "failure" | "step" | "replay";

/** Where a step picked from the menu goes. */
export type MenuTarget =
  | { kind: "port"; node: string; port: string; side: "source" | "target"; position?: Position }
  | { kind: "edge"; edge: Edge }
  | { kind: "place"; position: Position }
  | { kind: "replace"; node: string };

export type StepMenu = { x: number; y: number; target: MenuTarget };

type UiState = {
  palette: boolean;
  find: boolean;
  side: SidePanel | null;
  /** The list of runs shows only those under way on this version. */
  runsOn: number | null;
  dialog: Dialog | null;
  /** What was asked for when the dialog “again” was opened. */
  again: { from: AgainFrom; step: string | null };
  menu: StepMenu | null;
  /** The step whose panel is open, by id, and the field to go to. */
  step: string | null;
  field: string | null;
  minimap: boolean;
  /** How many dialogs stand over the step panel: Escape is theirs first. */
  above: number;
  /** Asks the canvas to bring a step into view. */
  reveal: { id: string; at: number } | null;
  togglePalette: (open?: boolean) => void;
  /** Opens a side panel, or closes it when it is the open one. */
  toggleSide: (side: SidePanel) => void;
  showSide: (side: SidePanel | null) => void;
  showRunsOn: (version: number | null) => void;
  showDialog: (dialog: Dialog | null) => void;
  showFind: (find: boolean) => void;
  openAgain: (from: AgainFrom, step?: string | null) => void;
  openMenu: (menu: StepMenu | null) => void;
  openStep: (id: string | null, field?: string | null) => void;
  toggleMinimap: () => void;
  revealStep: (id: string) => void;
};

export const useUi = create<UiState>()((set, get) => ({
  palette: false,
  find: false,
  side: null,
  runsOn: null,
  dialog: null,
  again: { from: "start", step: null },
  menu: null,
  step: null,
  field: null,
  minimap: false,
  above: 0,
  reveal: null,
  togglePalette: (open) => set({ palette: open ?? !get().palette, menu: null }),
  toggleSide: (side) => set({ side: get().side === side ? null : side, runsOn: null }),
  showSide: (side) => set({ side, runsOn: null }),
  showRunsOn: (runsOn) => set({ side: "runs", runsOn }),
  showDialog: (dialog) => set({ dialog, menu: null }),
  showFind: (find) => set({ find, menu: null }),
  openAgain: (from, step = null) => set({ dialog: "again", again: { from, step }, menu: null }),
  openMenu: (menu) => set({ menu }),
  openStep: (step, field = null) => set({ step, field, menu: null }),
  toggleMinimap: () => set({ minimap: !get().minimap }),
  revealStep: (id) => set({ reveal: { id, at: Date.now() } }),
}));
