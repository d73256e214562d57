/** What is pinned beside the draft, by the node's id. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { create } from "zustand";
import type { Json } from "@/graph/document";
import { page } from "@/page";
import { api } from "./endpoints";
import type { Pin, Pinned } from "./types";

const key = ["pins", page.flow] as const;
type Pins = ReadonlyMap<string, Pinned>;
const NONE: Pins = new Map();

const query = {
  queryKey: key,
  queryFn: async (): Promise<Pins> =>
    new Map((await api.pins(page.flow)).results.map((pin) => [pin.node, pin])),
  staleTime: 30_000,
};

export function usePins(): Pins {
  return useQuery(query).data ?? NONE;
}

/** Only whether: a card need not be drawn anew when another one's data changes. */
const usePinned = create<{ ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }));

/** Watched once, for all cards: a thousand of them must not each watch a query. */
export function usePinnedMarks(): void {
  const pins = usePins();
  useEffect(() => usePinned.setState({ ids: new Set(pins.keys()) }), [pins]);
}

export function useHasPin(node: string): boolean {
  return usePinned((state) => state.ids.has(node));
}

export function useIsPinned(node: string): boolean {
  return useQuery({ ...query, select: (pins) => pins.has(node) }).data ?? false;
}

export function usePin(node: string): Pinned | undefined {
  return usePins().get(node);
}

/** All that is pinned for a step; only asked for where something is. */
export function usePinData(node: string): Pin | undefined {
  const pinned = useIsPinned(node);
  const answer = useQuery({
    queryKey: [...key, node],
    queryFn: () => api.pin(page.flow, node),
    enabled: pinned,
  });
  return pinned ? answer.data : undefined;
}

type Change =
  | { node: string; outputs: { [port: string]: Json[] } }
  | { node: string; run: string; iteration?: string };

export function useSetPin() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ node, ...data }: Change) => api.setPin(page.flow, node, data),
    onSuccess: refresh,
  });
}

export function useDropPin() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (node: string) => api.dropPin(page.flow, node),
    onSuccess: refresh,
  });
}

function useRefresh(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: key }), [client]);
}
