/** What models took in the run on the screen: altogether, and of each step. */
import { useQuery } from "@tanstack/react-query";
import { useRun } from "@/store/run";
import { api } from "./endpoints";
import type { RunCosts } from "./types";

export type Took = { cost: number; tokens: number; saved: number; calls: number };
const KINDS = new Set(["succeeded", "failed", "timed_out", "lost"]);

/** Changes whenever a try ended that may have asked a model. */
function useEnded(): number {
  return useRun((state) => {
    let ended = 0;
    for (const attempt of state.attempts.values())
      if (KINDS.has(attempt.status) && (attempt.usage || attempt.error)) ended += 1;
    return ended;
  });
}

function useCosts<T>(select: (costs: RunCosts) => T): T | undefined {
  const run = useRun((state) => state.run?.id ?? null);
  const ended = useEnded();
  return useQuery({
    queryKey: ["run-costs", run, ended],
    queryFn: () => api.runCosts(run ?? ""),
    enabled: run !== null && ended > 0,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    select,
  }).data;
}

/** Of the whole run; null where no model was asked. */
export function useRunTook(): Took | null {
  return useCosts((costs) => added([costs.total])) ?? null;
}

/** Of a step, in all its rounds; null where it asked no model. */
export function useStepTook(key: string): Took | null {
  return useCosts((costs) => added(costs.steps.filter((step) => step.key === key))) ?? null;
}

/** All of it together; null where nothing was asked. */
export function added(parts: readonly RunCosts["total"][]): Took | null {
  const sum = (pick: (part: RunCosts["total"]) => number) =>
    parts.reduce((total, part) => total + pick(part), 0);
  const calls = sum((part) => part.calls);
  if (calls === 0) return null;
  return {
    calls,
    cost: sum((part) => part.cost),
    tokens: sum((part) => part.tokens_in + part.tokens_out),
    saved: sum((part) => part.saved),
  };
}

/** Two places, or more where two would say nothing. */
export function money(amount: number, language: string): string {
  const places = amount === 0 || amount >= 0.1 ? 2 : amount >= 0.001 ? 4 : 6;
  const exactly = { minimumFractionDigits: 2, maximumFractionDigits: places };
  return new Intl.NumberFormat(language, exactly).format(amount);
}
