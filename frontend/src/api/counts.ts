/** How often steps are likely to run: as often as in the flow's last good run. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Catalogue } from "@/graph/catalogue";
import type { Graph } from "@/graph/document";
import { page } from "@/page";
import { useLastCounts } from "@/store/counts";
import { api } from "./endpoints";

/** So many calls at once that a person should know before. */
export const MANY = 50;

/** Asked for once, for all cards: a thousand of them must not each watch a query. */
export function useCounting(): void {
  const counts = useQuery({
    queryKey: ["counts", page.flow],
    queryFn: () => api.counts(page.flow),
  });
  useEffect(() => {
    if (counts.data) useLastCounts.setState({ items: counts.data.items });
  }, [counts.data]);
}

/** How often a step ran last that runs once for each item; null for once, or not known. */
export function useTimes(key: string, perItem: boolean): number | null {
  const times = useLastCounts((state) => (perItem ? (state.items[key] ?? 0) : 0));
  return times > 1 ? times : null;
}

/** Steps that reach outside and did so many times: `{name, times}`. */
export function useManyCalls(
  graph: Graph,
  catalogue: Catalogue,
): { name: string; times: number }[] {
  const items = useLastCounts((state) => state.items);
  return graph.nodes.flatMap((node) => {
    const type = catalogue.of(node);
    const times = items[node.key] ?? 0;
    const acts = type?.effect === "external" && type.mode === "each" && !node.disabled;
    return acts && times > MANY ? [{ name: node.name, times }] : [];
  });
}
