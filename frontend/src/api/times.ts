/** When steps that go by the clock start the flow: asked of the server, saved or not. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { type Catalogue, goesByTheClock, type NodeType } from "@/graph/catalogue";
import type { FlowNode, Graph, JsonObject } from "@/graph/document";
import { page } from "@/page";
import { api } from "./endpoints";
import type { Flow, NextTimes } from "./types";

const FRESH_MS = 30_000;

function times(type: string, params: JsonObject) {
  return {
    queryKey: ["next-times", type, params],
    queryFn: () => api.nextTimes(page.flow, type, params),
    staleTime: FRESH_MS,
    retry: false,
  };
}

export function useNextTimes(
  type: NodeType | undefined,
  params: JsonObject,
  refetchInterval: number | false = false,
): NextTimes | undefined {
  return useQuery({
    ...times(type?.type ?? "", params),
    enabled: goesByTheClock(type),
    refetchInterval,
    placeholderData: keepPreviousData,
  }).data;
}

export type Timed = { node: FlowNode; times: NextTimes };

/** The steps of a draft that would start it by the clock, once it is published. */
export function useTimesOf(graph: Graph, catalogue: Catalogue): Timed[] {
  const nodes = graph.nodes.filter((node) => !node.disabled && goesByTheClock(catalogue.of(node)));
  return useQueries({
    queries: nodes.map((node) => times(node.type, node.params)),
    combine: (answers) =>
      answers.flatMap(({ data }, index) => {
        const node = nodes[index];
        return node && data?.times.length ? [{ node, times: data }] : [];
      }),
  });
}

/** The next time at which the live version starts by itself. */
export function nextStart(flow: Flow | undefined): { at: string; zone: string } | null {
  const coming = (flow?.triggers ?? []).flatMap(({ next_at, zone }) =>
    next_at && zone ? [{ at: next_at, zone }] : [],
  );
  coming.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return coming[0] ?? null;
}
