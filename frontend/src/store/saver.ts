/** Saves the draft by itself, revision-checked. Loses nothing: what is unsaved also lies in the browser. */
import { create } from "zustand";
import { ApiError, plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import type { Saved, Stale } from "@/api/types";
import { type Graph, normalise } from "@/graph/document";
import { stable } from "@/graph/stable";
import { useEditor } from "./editor";

export type SaveState =
  | { kind: "saved" }
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "offline" }
  | { kind: "refused"; message: string }
  | { kind: "conflict"; theirs: Graph; revision: number; by: string | null };

type SaverStore = { state: SaveState };

export const useSaver = create<SaverStore>()(() => ({ state: { kind: "saved" } }));

const WAIT_MS = 700;
const RETRY_MS = [2000, 5000, 10000, 30000] as const;

type Backup = { revision: number; graph: Graph };

export class Saver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private savedGraph: Graph;
  private failures = 0;
  private readonly stopWatching: () => void;

  constructor(private readonly flowId: string) {
    this.savedGraph = useEditor.getState().draft;
    this.stopWatching = useEditor.subscribe((state, before) => {
      if (state.draft !== before.draft && state.draft !== this.savedGraph) this.schedule();
    });
    window.addEventListener("online", this.retry);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.stopWatching();
    window.removeEventListener("online", this.retry);
  }

  /** Saves at once and says whether the server now has exactly what is on the screen. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    for (let round = 0; round < 5; round += 1) {
      await this.running;
      if (useSaver.getState().state.kind === "conflict") return false;
      if (useEditor.getState().draft === this.savedGraph) return true;
      await this.save();
      if (useSaver.getState().state.kind !== "saved") return false;
    }
    return useEditor.getState().draft === this.savedGraph;
  }

  readonly retry = (): void => {
    if (useEditor.getState().draft !== this.savedGraph) void this.flush();
  };

  /** Work left in this browser by a page that could not save it, as a conflict to decide. */
  recover(): void {
    const backup = readBackup(this.flowId);
    const { draft, revision } = useEditor.getState();
    if (!backup) return;
    if (stable(backup.graph) === stable(draft)) {
      clearBackup(this.flowId);
      return;
    }
    useEditor.getState().adopt(backup.graph, revision);
    if (backup.revision === revision) this.schedule();
    else setState({ kind: "conflict", theirs: draft, revision, by: null });
  }

  /** Mine counts; theirs is one *undo* away. */
  async keepMine(): Promise<void> {
    const { state } = useSaver.getState();
    if (state.kind !== "conflict") return;
    const { adopt, draft } = useEditor.getState();
    adopt(state.theirs, state.revision);
    adopt(draft, state.revision);
    setState({ kind: "unsaved" });
    await this.flush();
  }

  /** Theirs counts; mine is one *undo* away. */
  takeTheirs(): void {
    const { state } = useSaver.getState();
    if (state.kind !== "conflict") return;
    const theirs = normalise(state.theirs);
    this.savedGraph = theirs;
    useEditor.getState().adopt(theirs, state.revision);
    this.savedGraph = useEditor.getState().draft;
    clearBackup(this.flowId);
    setState({ kind: "saved" });
  }

  /** The server made this draft itself (a restored version): nothing to save. */
  adoptSaved(graph: Graph, revision: number): void {
    useEditor.getState().adopt(graph, revision);
    clearTimeout(this.timer);
    this.savedGraph = useEditor.getState().draft;
    clearBackup(this.flowId);
    setState({ kind: "saved" });
  }

  private schedule(delay: number = WAIT_MS): void {
    const { kind } = useSaver.getState().state;
    writeBackup(this.flowId);
    if (kind === "conflict") return;
    if (kind !== "offline") setState({ kind: "unsaved" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delay);
  }

  private save(): Promise<void> {
    this.running = this.put().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async put(): Promise<void> {
    const { draft, revision } = useEditor.getState();
    setState({ kind: "saving" });
    try {
      const saved = await api.saveDraft(this.flowId, revision, draft);
      this.accept(draft, saved);
    } catch (error) {
      this.refuse(error);
    }
  }

  private accept(graph: Graph, saved: Saved): void {
    this.savedGraph = graph;
    this.failures = 0;
    useEditor.getState().saved(saved.revision, saved.issues);
    if (useEditor.getState().draft === graph) clearBackup(this.flowId);
    setState({ kind: "saved" });
  }

  private refuse(error: unknown): void {
    if (error instanceof ApiError && error.status === 409) {
      const stale = error.body as Stale;
      const theirs = normalise(stale.graph);
      setState({ kind: "conflict", theirs, revision: stale.revision, by: stale.updated_by });
      return;
    }
    const passing = error instanceof ApiError && (error.isOffline || error.status >= 500);
    if (!passing) {
      setState({ kind: "refused", message: plainMessage(error) });
      return;
    }
    setState({ kind: "offline" });
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    this.schedule(delay);
  }
}

function setState(state: SaveState): void {
  useSaver.setState({ state });
}

const slot = (flowId: string): string => `segue.unsaved.${flowId}`;

function writeBackup(flowId: string): void {
  const { draft, revision } = useEditor.getState();
  try {
    localStorage.setItem(slot(flowId), JSON.stringify({ revision, graph: draft }));
  } catch {
    // A full or forbidden store only takes the second safety net away.
  }
}

function readBackup(flowId: string): Backup | null {
  try {
    const text = localStorage.getItem(slot(flowId));
    return text ? (JSON.parse(text) as Backup) : null;
  } catch {
    return null;
  }
}

function clearBackup(flowId: string): void {
  try {
    localStorage.removeItem(slot(flowId));
  } catch {
    // Nothing was stored then.
  }
}

let current: Saver | null = null;

export function startSaver(flowId: string): Saver {
  current?.stop();
  setState({ kind: "saved" });
  current = new Saver(flowId);
  return current;
}

export function saver(): Saver {
  if (!current) throw new Error("The saver starts when a flow is opened.");
  return current;
}
