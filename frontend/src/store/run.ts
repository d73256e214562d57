/** The run on the screen: its journal, merged event by event. Decides nothing about the run itself. */
import { create } from "zustand";
import type { Attempt, Journal, LogLine, Run, RunDetail, Step, StepStatus } from "@/api/types";
import { isTurn } from "@/graph/tools";

export type RunState = {
  run: RunDetail | null;
  /** Whether the canvas shows the run's own document instead of the draft. */
  past: boolean;
  steps: ReadonlyMap<string, Step>;
  attempts: ReadonlyMap<string, Attempt>;
  logs: readonly LogLine[];
  /** How each step stands, by key: made once for what changed, whoever asks. */
  views: ReadonlyMap<string, StepView>;
  seq: number;
  begin: (run: RunDetail, past: boolean) => void;
  receive: (journal: Partial<Journal>) => void;
  update: (run: Run) => void;
  clear: () => void;
};

const NOTHING = {
  steps: new Map<string, Step>(),
  attempts: new Map<string, Attempt>(),
  logs: [] as LogLine[],
  views: new Map<string, StepView>(),
  seq: 0,
};

const stepId = (step: Step): string => `${step.key}|${step.iteration}`;
const attemptId = (attempt: Attempt): string =>
  `${attempt.key}|${attempt.iteration}|${attempt.item}|${attempt.number}`;
const lineId = (line: LogLine): string => `${line.seq}|${line.at}|${line.message}`;

export const useRun = create<RunState>()((set, get) => ({
  run: null,
  past: false,
  ...NOTHING,
  begin: (run, past) => set({ run, past, ...NOTHING }),
  clear: () => set({ run: null, past: false, ...NOTHING }),
  update: (run) => {
    const shown = get().run;
    if (!shown || shown.id !== run.id || run.seq < shown.seq) return;
    // Events do not carry the reason of waiting; the one of an earlier state is no longer true.
    const why = run.status === shown.status ? shown.why : null;
    set({ run: { ...shown, why, ...run } });
  },
  receive: ({ steps = [], attempts = [], logs = [], seq = 0 }) =>
    set((state) => ({
      ...seenAnew(state, steps, attempts),
      logs: joined(state.logs, logs),
      seq: Math.max(state.seq, seq, ...[...steps, ...attempts, ...logs].map((row) => row.seq)),
    })),
}));

type Rows = Pick<RunState, "steps" | "attempts" | "views">;

/** The rows with the fresh ones, and anew the views of the steps that these speak of. */
function seenAnew(before: Rows, steps: readonly Step[], attempts: readonly Attempt[]): Rows {
  if (steps.length === 0 && attempts.length === 0) {
    return { steps: before.steps, attempts: before.attempts, views: before.views };
  }
  const now = {
    steps: newest(before.steps, steps, stepId),
    attempts: newest(before.attempts, attempts, attemptId),
  };
  const views = new Map(before.views);
  for (const key of new Set([...steps, ...attempts].map((row) => row.key))) {
    const view = madeView(now, key);
    if (view) views.set(key, view);
  }
  return { ...now, views };
}

/** Events may arrive twice or after the page they are in: the higher `seq` counts. */
function newest<T extends { seq: number }>(
  known: ReadonlyMap<string, T>,
  rows: readonly T[],
  idOf: (row: T) => string,
): ReadonlyMap<string, T> {
  if (rows.length === 0) return known;
  const next = new Map(known);
  for (const row of rows) {
    const before = next.get(idOf(row));
    if (!before || row.seq >= before.seq) next.set(idOf(row), row);
  }
  return next;
}

function joined(known: readonly LogLine[], rows: readonly LogLine[]): readonly LogLine[] {
  if (rows.length === 0) return known;
  const ids = new Set(known.map(lineId));
  const fresh = rows.filter((row) => !ids.has(lineId(row)));
  return fresh.length === 0 ? known : [...known, ...fresh].sort((a, b) => a.seq - b.seq);
}

export type StepView = {
  status: StepStatus;
  lost: boolean;
  rounds: number;
  itemsIn: number;
  itemsOut: Record<string, number>;
  itemErrors: number;
  tries: number;
  durationMs: number | null;
  why: string | null;
  message: string | null;
};

type Known = Pick<RunState, "steps" | "attempts">;

const WEIGHT: Record<StepStatus, number> = {
  pending: 0,
  skipped: 1,
  cancelled: 2,
  succeeded: 3,
  failed: 6,
  waiting: 4,
  running: 5,
};

/** Rows by step: found once for each new state, however many cards ask. */
function byKey<T extends { key: string }>(): (
  rows: ReadonlyMap<string, T>,
) => ReadonlyMap<string, T[]> {
  const known = new WeakMap<ReadonlyMap<string, T>, Map<string, T[]>>();
  return (rows) => {
    const before = known.get(rows);
    if (before) return before;
    const found = new Map<string, T[]>();
    for (const row of rows.values()) {
      const list = found.get(row.key);
      if (list) list.push(row);
      else found.set(row.key, [row]);
    }
    known.set(rows, found);
    return found;
  };
}

const stepsOf = byKey<Step>();
const attemptsOf = byKey<Attempt>();

/** One state for a card, however many rounds a Repeat has made of the step. */
export function viewOf(state: Pick<RunState, "views">, key: string): StepView | null {
  return state.views.get(key) ?? null;
}

function madeView(state: Known, key: string): StepView | null {
  const rows = stepsOf(state.steps)
    .get(key)
    ?.filter((step) => !isTurn(key, step.iteration));
  const first = rows?.[0];
  if (!rows || !first) return null;
  const strongest = rows.reduce((a, b) => (WEIGHT[b.status] > WEIGHT[a.status] ? b : a), first);
  const itemsOut: Record<string, number> = {};
  for (const row of rows) {
    for (const [port, count] of Object.entries(row.items_out ?? {})) {
      itemsOut[port] = (itemsOut[port] ?? 0) + count;
    }
  }
  const sum = (pick: (step: Step) => number | null) =>
    rows.reduce((total, row) => total + (pick(row) ?? 0), 0);
  return {
    status: strongest.status,
    lost: lostAttempts(state, key).length > 0,
    rounds: rows.length,
    itemsIn: sum((row) => row.items_in),
    itemsOut,
    itemErrors: sum((row) => row.item_errors),
    tries: sum((row) => row.attempts),
    durationMs: sum((row) => row.duration_ms),
    why: strongest.why,
    message: strongest.error?.message ?? null,
  };
}

/** One round of a step alone. */
export function roundView(step: Step): StepView {
  return {
    status: step.status,
    lost: false,
    rounds: 1,
    itemsIn: step.items_in,
    itemsOut: step.items_out ?? {},
    itemErrors: step.item_errors,
    tries: step.attempts,
    durationMs: step.duration_ms,
    why: step.why,
    message: step.error?.message ?? null,
  };
}

/** Tries whose outcome no one knows and that a person must decide. */
export function lostAttempts(state: Known, key?: string): Attempt[] {
  const keyed = attemptsOf(state.attempts);
  const tries = key === undefined ? [...state.attempts.values()] : (keyed.get(key) ?? []);
  return tries.filter((attempt) => {
    if (attempt.status !== "lost") return false;
    const step = state.steps.get(`${attempt.key}|${attempt.iteration}`);
    const latest = (keyed.get(attempt.key) ?? []).every(
      (other) =>
        other.iteration !== attempt.iteration ||
        other.item !== attempt.item ||
        other.number <= attempt.number,
    );
    return latest && step?.status === "waiting";
  });
}

export function isOver(run: Run | null): boolean {
  return run === null || !["queued", "running", "waiting"].includes(run.status);
}

/** Whether there is a failure to go on from. */
export function hasFailed(run: Run): boolean {
  return isOver(run) && (run.status !== "succeeded" || run.partial_errors > 0);
}
