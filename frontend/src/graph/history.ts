/** Undo and redo over commands. Knows nothing of what a change means. */
import { apply, type Change } from "./commands";
import type { Graph } from "./document";

type Entry = { undo: Change; label: string; merge: string | null; at: number };

export type History = { past: readonly Entry[]; future: readonly Entry[] };

export const NO_HISTORY: History = { past: [], future: [] };

const LIMIT = 200;
/** Letters typed within this time into one field are one step of undo. */
const MERGE_MS = 1500;

export type Edited = { graph: Graph; history: History };

/** `merge` names what is being typed into; changes of one name in a row become one entry. */
export function record(
  graph: Graph,
  history: History,
  change: Change,
  options: { label?: string; merge?: string | null; now: number },
): Edited {
  const { graph: next, inverse } = apply(graph, change);
  if (next === graph) return { graph, history };
  const last = history.past.at(-1);
  const merge = options.merge ?? null;
  const joins = merge !== null && last?.merge === merge && options.now - last.at < MERGE_MS;
  const entry: Entry = joins
    ? { ...last, undo: { kind: "batch", changes: [inverse, last.undo] }, at: options.now }
    : { undo: inverse, label: options.label ?? "", merge, at: options.now };
  const past = joins ? history.past.slice(0, -1) : history.past;
  return { graph: next, history: { past: [...past, entry].slice(-LIMIT), future: [] } };
}

export function undo(graph: Graph, history: History): Edited {
  const entry = history.past.at(-1);
  if (!entry) return { graph, history };
  const applied = apply(graph, entry.undo);
  const redone: Entry = { ...entry, undo: applied.inverse, merge: null };
  return {
    graph: applied.graph,
    history: { past: history.past.slice(0, -1), future: [redone, ...history.future] },
  };
}

export function redo(graph: Graph, history: History): Edited {
  const [entry, ...rest] = history.future;
  if (!entry) return { graph, history };
  const applied = apply(graph, entry.undo);
  const undone: Entry = { ...entry, undo: applied.inverse };
  return {
    graph: applied.graph,
    history: { past: [...history.past, undone], future: rest },
  };
}
