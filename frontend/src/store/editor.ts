/** The draft being edited: document, history, selection, problems. Talks to no server. */
import { create } from "zustand";
import type { Issue } from "@/api/types";
import { Catalogue, EMPTY_CATALOGUE } from "@/graph/catalogue";
import type { Change } from "@/graph/commands";
import { emptyGraph, type Graph, normalise } from "@/graph/document";
import { type History, NO_HISTORY, record, redo, undo } from "@/graph/history";

export type EditorState = {
  flowId: string;
  flowName: string;
  catalogue: Catalogue;
  draft: Graph;
  /** A past run's document, shown instead of the draft and not to be changed. */
  snapshot: Graph | null;
  readOnly: boolean;
  revision: number;
  issues: Issue[];
  history: History;
  selection: ReadonlySet<string>;
  open: (loaded: {
    flowId: string;
    flowName: string;
    catalogue: Catalogue;
    graph: Graph;
    revision: number;
    issues: Issue[];
    readOnly: boolean;
  }) => void;
  change: (change: Change, options?: { label?: string; merge?: string }) => boolean;
  undo: () => void;
  redo: () => void;
  select: (ids: Iterable<string>) => void;
  saved: (revision: number, issues: Issue[]) => void;
  /** Another's draft, or a restored version, as one change that undo brings back. */
  adopt: (graph: Graph, revision: number, issues?: Issue[]) => void;
  setRevision: (revision: number) => void;
  rename: (name: string) => void;
  show: (snapshot: Graph | null) => void;
};

export const useEditor = create<EditorState>()((set, get) => ({
  flowId: "",
  flowName: "",
  catalogue: EMPTY_CATALOGUE,
  draft: emptyGraph(),
  snapshot: null,
  readOnly: false,
  revision: 0,
  issues: [],
  history: NO_HISTORY,
  selection: new Set<string>(),

  open: (loaded) =>
    set({
      flowId: loaded.flowId,
      flowName: loaded.flowName,
      catalogue: loaded.catalogue,
      draft: normalise(loaded.graph),
      revision: loaded.revision,
      issues: loaded.issues,
      readOnly: loaded.readOnly,
      snapshot: null,
      history: NO_HISTORY,
      selection: new Set(),
    }),

  change: (change, options = {}) => {
    const { draft, history } = get();
    if (!isEditable(get())) return false;
    const edited = record(draft, history, change, { ...options, now: Date.now() });
    set({ draft: edited.graph, history: edited.history });
    return edited.graph !== draft;
  },

  undo: () => step(get, set, undo),
  redo: () => step(get, set, redo),

  select: (ids) => {
    const next = new Set(ids);
    const { selection } = get();
    const same = next.size === selection.size && [...next].every((id) => selection.has(id));
    if (!same) set({ selection: next });
  },

  saved: (revision, issues) => set({ revision, issues }),
  setRevision: (revision) => set({ revision }),
  rename: (flowName) => set({ flowName }),

  adopt: (graph, revision, issues) => {
    const { draft, history } = get();
    const change: Change = { kind: "replace", graph: normalise(graph) };
    const edited = record(draft, history, change, { now: Date.now() });
    set({ draft: edited.graph, history: edited.history, revision, ...(issues ? { issues } : {}) });
  },

  show: (snapshot) =>
    set({ snapshot: snapshot ? normalise(snapshot) : null, selection: new Set() }),
}));

type Set = (state: Partial<EditorState>) => void;

function step(get: () => EditorState, set: Set, how: typeof undo): void {
  if (!isEditable(get())) return;
  const { draft, history } = get();
  const edited = how(draft, history);
  set({ draft: edited.graph, history: edited.history });
}

export function isEditable(state: EditorState): boolean {
  return !state.readOnly && state.snapshot === null;
}

/** The document on the screen: a past run's, else the draft. */
export function shownGraph(state: EditorState): Graph {
  return state.snapshot ?? state.draft;
}

export const NO_ISSUES: readonly Issue[] = [];

const byNode = new WeakMap<readonly Issue[], ReadonlyMap<string, Issue[]>>();

/** The problems of one step, without mere advice; sorted out once for all cards. */
export function issuesAt(issues: readonly Issue[], node: string): readonly Issue[] {
  let known = byNode.get(issues);
  if (!known) {
    const found = new Map<string, Issue[]>();
    for (const issue of issues) {
      if (issue.node === null || issue.severity === "advice") continue;
      found.set(issue.node, [...(found.get(issue.node) ?? []), issue]);
    }
    known = found;
    byNode.set(issues, known);
  }
  return known.get(node) ?? NO_ISSUES;
}

export function stepName(graph: Graph, key: string): string {
  return graph.nodes.find((node) => node.key === key)?.name ?? key;
}

export { Catalogue };
