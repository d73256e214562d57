/** Data of a run, step by step: which run to look at, and its pages. */
import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import type { FlowNode, Json } from "@/graph/document";
import { page } from "@/page";
import { isEditable, useEditor } from "@/store/editor";
import { isOver, useRun } from "@/store/run";
import { ApiError } from "./client";
import { api } from "./endpoints";
import { useMayRun } from "./queries";
import type { RunWait, StepData } from "./types";

/** The run on the screen, else the latest one of this flow. */
export function useDataRun(): string | null {
  const shown = useRun((state) => state.run?.id ?? null);
  const latest = useQuery({
    queryKey: ["latest-run", page.flow],
    queryFn: async () => (await api.runs(page.flow)).results[0]?.id ?? null,
    enabled: shown === null,
    staleTime: 5_000,
  });
  return shown ?? latest.data ?? null;
}

/** The run whose data of a step is shown: the one on the screen, else the one that has some.

After a part of the draft ran, other steps still have their data of the run before. */
export function useStepRun(key: string): string | null {
  const shown = useDataRun();
  const editable = useEditor(isEditable);
  const mayRun = useMayRun();
  const has = useRun((state) => [...state.steps.values()].some((step) => step.key === key));
  const over = useRun((state) => state.run === null || isOver(state.run));
  const best = useQuery({
    queryKey: ["step-run", key, shown],
    queryFn: async () => (await api.lookAtPart(page.flow, key, "only")).run,
    enabled: editable && mayRun && over && !has && shown !== null,
    retry: false,
    staleTime: 5_000,
  });
  return has ? shown : (best.data ?? shown);
}

const NO_DATA: StepData = { input: {}, output: {} };

/** A step that the run never reached has no data; that is no error. */
async function dataOf(...args: Parameters<typeof api.stepData>): Promise<StepData> {
  try {
    return await api.stepData(...args);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return NO_DATA;
    throw error;
  }
}

export type DataQuery = {
  iteration?: string;
  port?: string;
  search?: string;
  offset: number;
  limit: number;
};

export function useStepData(run: string | null, key: string, query: DataQuery) {
  // The step's own journal number makes fresh data be fetched when the run gets there.
  const seq = useRun((state) => state.steps.get(`${key}|${query.iteration ?? ""}`)?.seq ?? 0);
  return useQuery({
    queryKey: ["step-data", run, key, query, seq],
    queryFn: () => dataOf(run ?? "", key, query),
    enabled: run !== null,
    placeholderData: keepPreviousData,
  });
}

/** The first item that each of some steps gave, by key. */
export function useFirstItems(run: string | null, nodes: readonly FlowNode[]): Map<string, Json> {
  const finished = useRun((state) => (run === state.run?.id ? state.run?.seq : 0));
  return useQueries({
    queries: nodes.map((node) => ({
      queryKey: ["first-item", run, node.key, finished],
      queryFn: () => dataOf(run ?? "", node.key, { offset: 0, limit: 1 }),
      enabled: run !== null,
    })),
    combine: (answers) => {
      const found = new Map<string, Json>();
      answers.forEach((answer, index) => {
        const node = nodes[index];
        const first = Object.values(answer.data?.output ?? {}).find((port) => port.items[0]);
        const item = first?.items[0];
        if (node && item) found.set(node.key, item.json);
      });
      return found;
    },
  });
}

const NO_WAITS: RunWait[] = [];
const WAITS_MS = 500;

/** What the run on the screen waits for, asked anew whenever its journal goes on. */
export function useWaits(key?: string): RunWait[] {
  const run = useRun((state) => state.run?.id ?? null);
  const waits = useRun((state) =>
    [...state.steps.values()].some(
      (step) => step.status === "waiting" && (key === undefined || step.key === key),
    ),
  );
  // Many steps that wait a moment each would have it asked at every event.
  const seq = useThrottledValue(
    useRun((state) => state.seq),
    WAITS_MS,
  );
  const answer = useQuery({
    queryKey: ["waits", run, seq],
    queryFn: async () => (await api.waits(run ?? "")).results,
    enabled: run !== null && waits,
    placeholderData: keepPreviousData,
  });
  const found = waits ? answer.data : undefined;
  return found?.filter((wait) => key === undefined || wait.key === key) ?? NO_WAITS;
}
