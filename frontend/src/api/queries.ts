/** What is read from the server and kept by TanStack Query. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { page } from "@/page";
import { api, listOf } from "./endpoints";
import type {
  Collection,
  Connection,
  DataTable,
  Flow,
  FlowAlert,
  FlowVersion,
  KeptDays,
  ModelProfile,
  Retention,
  SaveFlowAlert,
  Session,
} from "./types";

export const flowKey = ["flow", page.flow] as const;

export function useFlowData(): Flow | undefined {
  return useQuery({ queryKey: flowKey, queryFn: () => api.flow(page.flow) }).data;
}

/** Asks for the flow again, without emptying what is shown. */
export function useRefreshFlow(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: flowKey }), [client]);
}

export function useSession(): Session | undefined {
  return useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity }).data;
}

/** Whether the person may start, stop and switch; the server checks it again. */
export function useMayRun(): boolean {
  const role = useSession()?.workspace.role;
  return role !== undefined && role !== "viewer";
}

/** Where the addresses of webhooks begin; without a slash at the end. */
/** The addresses that start a flow: calls lie below `/hooks/`, pages where their field says. */
export function useStartAddress(place = ""): (path: string) => string {
  const base = (useSession()?.public_url || location.origin).replace(/\/$/, "");
  return (path) => (place ? `${base}/${place}/${path}/` : `${base}/hooks/${path}`);
}

export function useChangeFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (set: Partial<Pick<Flow, "name" | "live">>) => api.changeFlow(page.flow, set),
    onSuccess: (flow) => client.setQueryData(flowKey, flow),
  });
}

const retentionKey = ["retention", page.flow] as const;

export function useRetention() {
  return useQuery<Retention>({
    queryKey: retentionKey,
    queryFn: () => api.retention(page.flow),
    staleTime: 0,
  });
}

export function useChangeRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (kept: KeptDays) => api.changeRetention(page.flow, kept),
    onSuccess: (retention) => client.setQueryData(retentionKey, retention),
  });
}

const alertKey = ["alert", page.flow] as const;

export function useFlowAlert() {
  return useQuery<FlowAlert>({
    queryKey: alertKey,
    queryFn: () => api.alert(page.flow),
    staleTime: 0,
  });
}

export function useChangeFlowAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (told: SaveFlowAlert) => api.changeAlert(page.flow, told),
    onSuccess: (alert) => client.setQueryData(alertKey, alert),
  });
}

/** Whether the person decides how long runs are kept; the server checks it again. */
export function useMayChangeRetention(): boolean {
  return useSession()?.workspace.role === "admin";
}

export function useVersions() {
  return useQuery<FlowVersion[]>({
    queryKey: ["versions", page.flow],
    queryFn: async () => (await api.versions(page.flow)).results,
    staleTime: 0,
  });
}

const OLDER_RUNS_MS = 5000;

export type OlderRuns = { version: number; count: number };

/** Which versions other than the live one still have runs to finish, and how many. */
export function useOlderRuns(live: number | null): OlderRuns[] {
  const versions = useQuery<FlowVersion[]>({
    queryKey: ["versions", page.flow],
    queryFn: async () => (await api.versions(page.flow)).results,
    enabled: live !== null && live > 1,
    // Asked again only while there is something to wait for.
    refetchInterval: (query) =>
      olderRuns(query.state.data, live).length > 0 ? OLDER_RUNS_MS : false,
  });
  return olderRuns(versions.data, live);
}

function olderRuns(versions: FlowVersion[] | undefined, live: number | null): OlderRuns[] {
  return (versions ?? [])
    .filter((version) => version.number !== live && version.runs_in_progress > 0)
    .map(({ number, runs_in_progress }) => ({ version: number, count: runs_in_progress }));
}

const UNDER_WAY = "queued,running,waiting";

/** All runs of the flow, or those that are still under way on one version. */
export function useRuns(version: number | null) {
  const only = version === null ? {} : { version, status: UNDER_WAY };
  return useInfiniteQuery({
    queryKey: ["runs", page.flow, version],
    queryFn: ({ pageParam }) => api.runs(page.flow, pageParam, only),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => cursorOf(last.next),
    staleTime: 0,
    // Calls from outside start runs too; the list is only asked for while it is on the screen.
    refetchInterval: 4000,
  });
}

/** `next` may be a bare cursor or a whole address that carries one. */
function cursorOf(next: string | null | undefined): string | undefined {
  if (!next) return undefined;
  return next.includes("?")
    ? (new URL(next, location.href).searchParams.get("cursor") ?? undefined)
    : next;
}

export function useTables() {
  return useQuery<DataTable[]>({
    queryKey: ["tables"],
    queryFn: async () => listOf(await api.tables()),
    staleTime: 30_000,
  });
}

export function useCollections() {
  return useQuery<Collection[]>({
    queryKey: ["collections"],
    queryFn: async () => (await api.collections()).results,
    staleTime: 30_000,
  });
}

export function useConnections() {
  return useQuery<Connection[]>({
    queryKey: ["connections"],
    queryFn: async () => listOf(await api.connections()),
  });
}

export function useFlows() {
  return useQuery<Flow[]>({
    queryKey: ["flows"],
    queryFn: api.flows,
  });
}

export function useModels() {
  return useQuery<ModelProfile[]>({
    queryKey: ["models"],
    queryFn: async () => listOf(await api.models()),
  });
}

export function usePrompts() {
  return useQuery({
    queryKey: ["prompts"],
    queryFn: async () => listOf(await api.prompts()),
  });
}

/** Takes a step's own words into the library. */
export function useTakePrompt() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.takePrompt,
    onSuccess: () => client.invalidateQueries({ queryKey: ["prompts"] }),
  });
}
