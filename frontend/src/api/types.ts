/** The shapes that the server sends and takes. Names follow the API, word for word. */
import type { CatalogueData } from "@/graph/catalogue";
import type { Edge, Graph, Json, JsonObject } from "@/graph/document";

export type { CatalogueData };

export type Session = {
  user: { id: string; username: string; name: string };
  workspace: { id: string; name: string; role: "viewer" | "operator" | "editor" | "admin" };
  csrf_token: string;
  public_url: string;
  languages: string[];
};

export type IssueAction = {
  kind: "insert_repeat" | "rename_key" | "set_param" | "remove_edge" | "make_formula";
  [detail: string]: Json;
};

export type Issue = {
  code: string;
  severity: "error" | "warning";
  message: string;
  fix: string;
  node: string | null;
  key: string | null;
  field: string | null;
  edge: Edge | null;
  action: IssueAction | null;
};

export type FlowTrigger = { kind: string; key?: string; url?: string; test_url?: string };

export type Flow = {
  id: string;
  name: string;
  description: string;
  live: boolean;
  live_version: number | null;
  draft_changes: number;
  updated_at: string;
  last_run: { id: string; status: RunStatus; finished_at: string | null } | null;
  triggers: FlowTrigger[];
};

export type Draft = {
  revision: number;
  graph: Graph;
  issues: Issue[];
  updated_at: string;
  updated_by: string | null;
};

export type Saved = { revision: number; issues: Issue[] };
export type Stale = { message: string; revision: number; graph: Graph; updated_by: string | null };

export type FlowVersion = {
  number: number;
  note: string;
  author: string | null;
  published_at: string;
  live: boolean;
  runs_in_progress: number;
};

export type RunStatus =
  | "queued"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "cancelled";

export type StepStatus =
  | "pending"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled";

export type AttemptStatus = "running" | "succeeded" | "failed" | "timed_out" | "lost" | "cancelled";

export type RunError = { message: string; node_key?: string | null; class?: string | null };

export type Run = {
  id: string;
  flow: { id: string; name: string } | null;
  version: number | null;
  mode: "test" | "live";
  status: RunStatus;
  partial_errors: number;
  trigger: { key: string; kind: string } | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  reason: string | null;
  error: RunError | null;
  seq: number;
};

export type RunDetail = Run & {
  graph: Graph;
  input: Json;
  output: Json;
  why: string | null;
};

export type Step = {
  seq: number;
  key: string;
  node: string;
  type: string;
  name: string;
  iteration: string;
  status: StepStatus;
  attempts: number;
  items_in: number;
  items_out: { [port: string]: number };
  item_errors: number;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  why: string | null;
  error: RunError | null;
};

export type Usage = {
  model: string;
  tokens_in: number;
  tokens_out: number;
  cost: number | null;
  cached: boolean;
};

export type Attempt = {
  seq: number;
  key: string;
  node: string;
  iteration: string;
  item: number;
  number: number;
  status: AttemptStatus;
  started_at: string | null;
  finished_at: string | null;
  error: (RunError & { retryable?: boolean; status?: number | null }) | null;
  next_at: string | null;
  why: string | null;
  usage: Usage | null;
  params: JsonObject | null;
};

export type LogLevel = "debug" | "info" | "warning" | "error";

export type LogLine = {
  seq: number;
  key: string;
  node: string;
  iteration: string;
  item: number;
  number: number;
  level: LogLevel;
  message: string;
  data: JsonObject | null;
  at: string;
};

export type Journal = { seq: number; steps: Step[]; attempts: Attempt[]; logs: LogLine[] };

export type Item = { json: Json; files?: JsonObject[] };
export type ItemPage = { total: number; items: Item[] };
export type StepData = {
  input: { [port: string]: ItemPage };
  output: { [port: string]: ItemPage };
};

export type Page<T> = { results: T[]; next: string | null };

export type Preview = { value: Json } | { error: string };

export type Connection = {
  id: string;
  name: string;
  type: string;
  fields: string[];
  allowed_hosts: string[];
  updated_at: string;
};

export type ModelProfile = {
  id: string;
  name: string;
  provider: string;
  model: string;
  base_url: string;
  is_practice: boolean;
  ready: boolean;
};
