/** The shapes that the server sends: from its schema, with the open JSON parts made exact. */
import type { CatalogueData } from "@/graph/catalogue";
import type { Edge, Graph, Json, JsonObject } from "@/graph/document";
import type { components } from "./schema.gen";

export type { CatalogueData };

type Schemas = components["schemas"];
/** A served shape in which the fields of `Exact` say more than the schema can. */
type Served<
  Name extends keyof Schemas,
  Exact extends { [K in keyof Exact]: unknown } = object,
> = keyof Exact extends keyof Schemas[Name] ? Omit<Schemas[Name], keyof Exact> & Exact : never;

export type Session = Served<"SessionSchema">;

export type IssueAction = {
  kind:
    | "insert_repeat"
    | "rename_key"
    | "set_param"
    | "remove_edge"
    | "make_formula"
    | "rename_reference"
    | "set_policy"
    | "reset_policy"
    | "remove_param"
    | "remove_step"
    | "add_step"
    | "open_field";
  [detail: string]: Json;
};

export type Issue = Served<"IssueSchema", { edge: Edge | null; action: IssueAction | null }>;

export type Flow = Served<"FlowSchema">;
export type Draft = Served<"DraftSchema", { graph: Graph; issues: Issue[] }>;
export type Saved = Served<"SavedSchema", { issues: Issue[] }>;
export type Stale = { message: string; revision: number; graph: Graph; updated_by: string | null };
/** Days after the end; 0 for ever, null as the server does. */
export type KeptDays = Served<"KeptDaysSchema">;
export type FlowAlert = Served<"AlertSchema">;
export type SaveFlowAlert = Served<"SaveAlertSchemaRequest">;
export type Retention = Served<"RetentionSchema">;
/** By a step's key: how many items it was given in the last good run. */
export type Counts = Served<"CountsSchema", { items: { [key: string]: number } }>;
/** What differs between two graphs of the flow: each thing once, in words. */
export type Change = Served<"ChangeSchema", { edge: Edge | null }>;
export type Compared = Served<"ComparedSchema", { before: Graph; after: Graph; changes: Change[] }>;
export type FlowVersion = Served<"VersionSchema">;

export type RunStatus = Schemas["RunStatus"];
export type StepStatus = Schemas["StepStatus"];
export type AttemptStatus = Schemas["AttemptStatus"];
export type LogLevel = Schemas["LogLevel"];

export type RunError = {
  message: string;
  fix?: string | null;
  node_key?: string | null;
  class?: string | null;
};
export type Run = Served<"RunSchema", { error: RunError | null }>;
export type RunDetail = Served<
  "RunDetailSchema",
  { error: RunError | null; graph: Graph; input: Json; output: Json }
>;

/** What models took in a run. */
export type RunCosts = Served<"RunCostsSchema">;

/** How a run is run again. */
export type Again = {
  from: "start" | "failure" | "step";
  step: string | null;
  on: "same" | "live" | "draft";
};
export type LookAhead = Served<"LookAheadSchema">;

export type Extent = "only" | "to" | "from";
export type Part = Served<"PartSchema">;
export type Pinned = Served<"PinnedSchema", { first: Item | null }>;
export type Pin = Served<"PinSchema", { outputs: { [port: string]: Item[] } }>;
export type RetryTimes = Served<"RetryTimesSchema">;

export type Step = Served<"StepSchema", { error: RunError | null }>;

export type Usage = {
  model: string;
  tokens_in: number;
  tokens_out: number;
  cost: number | null;
  cached: boolean;
  /** Where another question was answered before that means the same. */
  matched?: { question: string; similarity: number };
  prompt?: { id: string; name: string; version: number };
};

export type Attempt = Served<
  "AttemptSchema",
  {
    error: (RunError & { retryable?: boolean; status?: number | null }) | null;
    usage: Usage | null;
    params: JsonObject | null;
  }
>;

export type LogLine = Served<"LogLineSchema", { data: JsonObject | null }>;
export type Journal = { seq: number; steps: Step[]; attempts: Attempt[]; logs: LogLine[] };

export type Item = { json: Json; files?: JsonObject[] };
export type ItemPage = { total: number; items: Item[] };
export type StepData = {
  input: { [port: string]: ItemPage };
  output: { [port: string]: ItemPage };
};

export type Page<T> = { results: T[]; next?: string | null };
export type Preview = { value: Json } | { error: string };

/** When a trigger that goes by the clock would start the flow; empty for others. */
export type NextTimes = Served<"NextTimesSchema">;

/** The tools that another side offers, or why they are not known. */
export type Offers = Served<"OffersSchema">;

export type RunWait = Served<"RunWaitSchema">;

export type Connection = Served<"CredentialSchema">;
export type Collection = Served<"CollectionSchema">;
export type DataTable = Served<"TableSchema">;
export type ModelProfile = Served<"ModelProfileSchema">;

export type PromptVersion = Served<"PromptVersionSchema">;
export type Prompt = Served<"PromptSchema", { versions: PromptVersion[] }>;
export type TakenPrompt = Served<"TakenPromptSchema", { prompt: Prompt; value: JsonObject }>;
export type CountedTokens = Served<"CountedSchema">;
export type FlowTest = Served<"FlowTestSchema">;
