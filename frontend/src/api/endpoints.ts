/** Every address of the API that the canvas uses, with its types. */
import type { Graph, Json, JsonObject, Retry } from "@/graph/document";
import { call } from "./client";
import type {
  Again,
  CatalogueData,
  Collection,
  Compared,
  Connection,
  CountedTokens,
  Counts,
  DataTable,
  Draft,
  Extent,
  Flow,
  FlowAlert,
  FlowTest,
  FlowVersion,
  Journal,
  KeptDays,
  LookAhead,
  ModelProfile,
  NextTimes,
  Offers,
  Page,
  Part,
  Pin,
  Pinned,
  Preview,
  Prompt,
  Retention,
  RetryTimes,
  Run,
  RunCosts,
  RunDetail,
  RunWait,
  Saved,
  SaveFlowAlert,
  Session,
  StepData,
  TakenPrompt,
} from "./types";

const query = (values: Record<string, string | number | undefined>): string => {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(set.map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `?${search}` : "";
};

export const api = {
  session: () => call<Session>("GET", "session/"),
  endTour: () => call<void>("POST", "session/tour/"),
  catalogue: () => call<CatalogueData>("GET", "node-types/"),
  flow: (id: string) => call<Flow>("GET", `flows/${id}/`),
  changeFlow: (id: string, set: Partial<Pick<Flow, "name" | "description" | "live">>) =>
    call<Flow>("PATCH", `flows/${id}/`, set),
  retention: (id: string) => call<Retention>("GET", `flows/${id}/retention/`),
  changeRetention: (id: string, kept: KeptDays) =>
    call<Retention>("PUT", `flows/${id}/retention/`, kept),
  alert: (id: string) => call<FlowAlert>("GET", `flows/${id}/alert/`),
  changeAlert: (id: string, told: SaveFlowAlert) =>
    call<FlowAlert>("PUT", `flows/${id}/alert/`, told),
  draft: (id: string) => call<Draft>("GET", `flows/${id}/draft/`),
  saveDraft: (id: string, revision: number, graph: Graph) =>
    call<Saved>("PUT", `flows/${id}/draft/`, { revision, graph }),
  publish: (id: string, revision: number, note: string) =>
    call<{ version: FlowVersion; live: boolean }>("POST", `flows/${id}/publish/`, {
      revision,
      note,
    }),
  versions: (id: string) => call<{ results: FlowVersion[] }>("GET", `flows/${id}/versions/`),
  restore: (id: string, number: number, revision: number) =>
    call<Saved>("POST", `flows/${id}/versions/${number}/restore/`, { revision }),
  counts: (id: string) => call<Counts>("GET", `flows/${id}/counts/`),
  compare: (id: string, before: string, after: string) =>
    call<Compared>("GET", `flows/${id}/compare/${query({ before, after })}`),
  compareWith: (id: string, graph: Graph) =>
    call<Compared>("POST", `flows/${id}/compare/`, { graph }),
  startRun: (id: string, trigger: string | undefined, input: Json) =>
    call<{ run: Run }>("POST", `flows/${id}/run/`, { draft: true, trigger, input, wait: false }),
  preview: (
    id: string,
    body: { graph: Graph; key: string; field: string; value: Json; data: { [key: string]: Json } },
  ) => call<Preview>("POST", `flows/${id}/preview/`, body),
  pins: (id: string) => call<{ results: Pinned[] }>("GET", `flows/${id}/pins/`),
  pin: (id: string, node: string) => call<Pin>("GET", `flows/${id}/pins/${node}/`),
  setPin: (
    id: string,
    node: string,
    data: { outputs: { [port: string]: Json[] } } | { run: string; iteration?: string },
  ) => call<Pin>("PUT", `flows/${id}/pins/${node}/`, data),
  dropPin: (id: string, node: string) => call<null>("DELETE", `flows/${id}/pins/${node}/`),
  lookAtPart: (id: string, step: string, extent: Extent) =>
    call<Part>("GET", `flows/${id}/part/${query({ step, extent })}`),
  runPart: (id: string, step: string, extent: Extent, agreed: string[]) =>
    call<{ run: Run }>("POST", `flows/${id}/part/`, { step, extent, agreed }),
  retryTimes: (id: string, key: string, retry: Retry, timeout: number | null) =>
    call<RetryTimes>("POST", `flows/${id}/retry/`, { key, retry, timeout_seconds: timeout }),
  testConnection: (id: string) =>
    call<{ ok: boolean; message: string }>("POST", `credentials/${id}/test/`),
  offers: (id: string, type: string, params: JsonObject) =>
    call<Offers>("POST", `flows/${id}/offers/`, { type, params }),
  nextTimes: (id: string, type: string, params: JsonObject) =>
    call<NextTimes>("POST", `flows/${id}/next-times/`, { type, params }),
  runs: (flow: string, cursor?: string, only: { version?: number; status?: string } = {}) =>
    call<Page<Run>>("GET", `runs/${query({ flow, cursor, ...only })}`),
  run: (id: string) => call<RunDetail>("GET", `runs/${id}/`),
  journal: (id: string, afterSeq?: number) =>
    call<Journal>("GET", `runs/${id}/steps/${query({ after_seq: afterSeq })}`),
  stepData: (
    id: string,
    key: string,
    page: { iteration?: string; port?: string; search?: string; offset?: number; limit?: number },
  ) => call<StepData>("GET", `runs/${id}/steps/${key}/data/${query(page)}`),
  lookAhead: (id: string, asked: Again) =>
    call<LookAhead>(
      "GET",
      `runs/${id}/again/${query({ from: asked.from, step: asked.step ?? undefined, on: asked.on })}`,
    ),
  runAgain: (id: string, asked: Again) => call<{ run: Run }>("POST", `runs/${id}/again/`, asked),
  replay: (id: string) => call<{ run: Run }>("POST", `runs/${id}/replay/`),
  runCosts: (id: string) => call<RunCosts>("GET", `runs/${id}/costs/`),
  waits: (id: string) => call<{ results: RunWait[] }>("GET", `runs/${id}/waits/`),
  cancelRun: (id: string) => call<Run>("POST", `runs/${id}/cancel/`),
  resolve: (
    id: string,
    key: string,
    body: { iteration: string; item: number; choice: "repeat" | "done" | "stop"; output?: Json },
  ) => call<unknown>("POST", `runs/${id}/steps/${key}/resolve/`, body),
  collections: () => call<{ results: Collection[] }>("GET", "collections/"),
  countTokens: (id: string, asked: { graph: Graph; key: string; data: JsonObject }) =>
    call<CountedTokens>("POST", `flows/${id}/tokens/`, asked),
  flowTests: (id: string) => call<Page<FlowTest>>("GET", `flows/${id}/tests/`),
  tryTests: (id: string) => call<Page<FlowTest>>("POST", `flows/${id}/tests/try/`),
  prompts: () => call<Page<Prompt>>("GET", "prompts/"),
  takePrompt: (words: { name: string; text: string; system: string }) =>
    call<TakenPrompt>("POST", "prompts/take/", words),
  tables: () => call<Page<DataTable>>("GET", "tables/"),
  connections: () => call<Page<Connection>>("GET", "credentials/"),
  flows: everyFlow,
  models: () => call<Page<ModelProfile>>("GET", "model-profiles/"),
};

const MOST_PAGES = 20;

/** All flows of the workspace, page after page. */
async function everyFlow(): Promise<Flow[]> {
  const found: Flow[] = [];
  let address: string | null = "flows/";
  for (let count = 0; address !== null && count < MOST_PAGES; count += 1) {
    const answer: Page<Flow> = await call<Page<Flow>>("GET", address);
    found.push(...answer.results);
    address = answer.next?.replace("/api/", "") ?? null;
  }
  return found;
}

/** Lists may come bare or paged; the canvas takes both. */
export function listOf<T>(answer: Page<T> | T[]): T[] {
  return Array.isArray(answer) ? answer : answer.results;
}

export function eventsUrl(run: string, after: number): string {
  return `/api/runs/${run}/events/${query({ after: after > 0 ? after : undefined })}`;
}
