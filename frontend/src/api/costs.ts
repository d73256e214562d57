/** What models took in the run on the screen: altogether, and of each step. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
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

type Taken = { run: Took | null; steps: ReadonlyMap<string, Took> };

const NOTHING: Taken = { run: null, steps: new Map() };
const useTaken = create<Taken>()(() => NOTHING);

/** Watched once, for all cards: a thousand of them must not each look through all tries. */
export function useCosting(): void {
  const run = useRun((state) => state.run?.id ?? null);
  const ended = useEnded();
  const { data } = useQuery({
    queryKey: ["run-costs", run, ended],
    queryFn: () => api.runCosts(run ?? ""),
    enabled: run !== null && ended > 0,
    placeholderData: (before, query) => (query?.queryKey[1] === run ? before : undefined),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shown = run !== null && ended > 0 ? data : undefined;
  useEffect(() => useTaken.setState(shown ? taken(shown) : NOTHING), [shown]);
}

function taken(costs: RunCosts): Taken {
  const steps = new Map<string, Took>();
  for (const key of new Set(costs.steps.map((step) => step.key))) {
    const took = added(costs.steps.filter((step) => step.key === key));
    if (took) steps.set(key, took);
  }
  return { run: added([costs.total]), steps };
}

/** Of the whole run; null where no model was asked. */
export function useRunTook(): Took | null {
  return useTaken((state) => state.run);
}

/** Of a step, in all its rounds; null where it asked no model. */
export function useStepTook(key: string): Took | null {
  return useTaken((state) => state.steps.get(key) ?? null);
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
