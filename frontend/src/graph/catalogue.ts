/** What the canvas knows of every kind of step: it asks these capabilities, never the type's name. */
import {
  type FlowNode,
  isObject,
  type Json,
  type JsonObject,
  type Policy,
  type Retry,
} from "./document";

export type Port = {
  name: string;
  label: string;
  multiple?: boolean;
  /** The port is there while the setting `field` has one of these values. */
  only_if?: { field: string; in: Json[] };
  /** Its wires carry no data: they lead to what the step may use. */
  tools?: boolean;
};

export type Example = {
  name?: string;
  params?: JsonObject;
  input?: Json;
  output?: { [port: string]: Json[] } | Json;
};

/** A port for each row of the list `param`: wires hold on to the row's `id`, people read its `label`. */
export type PortRows = { param: string; id: string; label: string };

export type NodeType = {
  type: string;
  version: number;
  name: string;
  help: string;
  category: string;
  /** Its category in no language: what its colour goes by. */
  family: string;
  icon: string;
  inputs: Port[];
  outputs: Port[];
  dynamic_outputs: PortRows | null;
  mode: "each" | "all";
  effect: "pure" | "reads" | "external";
  routes: boolean;
  /** Its items are those that came in, unchanged. */
  passes: boolean;
  waits: boolean;
  streams: boolean;
  /** Settings that a model is told: their tokens are counted. */
  told?: string[];
  cpu: boolean;
  usable_as_tool: boolean;
  /** Used as a tool it stands for several, which say themselves what is filled in. */
  several_tools: boolean;
  /** The field of what it gives that a model is told; empty: all of it. */
  tells: string;
  trigger: string | null;
  loop: boolean;
  summary: string;
  params_schema: JsonObject;
  default_params: JsonObject;
  default_policy: Policy;
  examples: Example[];
  output_sample: Json;
  keywords: string[];
};

export type FilterInfo = { name: string; label: string; help: string; example: string };
export type FormulaHelper = { name: string; help: string; example: string };
export type OperatorInfo = { name: string; label: string; arity: number };
export type ErrorClass = { name: string; label: string };

export type CatalogueData = {
  node_types: NodeType[];
  filters: FilterInfo[];
  formula_helpers?: FormulaHelper[];
  operators: OperatorInfo[];
  error_classes: ErrorClass[];
};

export class Catalogue {
  readonly types: readonly NodeType[];
  readonly filters: readonly FilterInfo[];
  readonly formulaHelpers: readonly FormulaHelper[];
  readonly operators: readonly OperatorInfo[];
  readonly errorClasses: readonly ErrorClass[];
  private readonly byType: ReadonlyMap<string, NodeType>;

  constructor(data: CatalogueData) {
    this.types = data.node_types;
    this.filters = data.filters;
    this.formulaHelpers = data.formula_helpers ?? [];
    this.operators = data.operators;
    this.errorClasses = data.error_classes;
    this.byType = new Map(data.node_types.map((type) => [type.type, type]));
  }

  get(type: string): NodeType | undefined {
    return this.byType.get(type);
  }

  of(node: FlowNode): NodeType | undefined {
    return this.byType.get(node.type);
  }
}

export const EMPTY_CATALOGUE = new Catalogue({
  node_types: [],
  filters: [],
  operators: [],
  error_classes: [],
});

/** Whether such a step starts the flow at certain times. */
export function goesByTheClock(type: NodeType | undefined): type is NodeType {
  return type?.trigger === "schedule";
}

/** The name of the exit that a step gets when its failed items go on by a wire of their own. */
export const ERROR_PORT = "error";
/** The only entrance that a wire may reach from behind. */
export const CONTINUE_PORT = "continue";

export function inputsOf(_node: FlowNode, type: NodeType | undefined): Port[] {
  return type ? type.inputs : [{ name: "in", label: "" }];
}

export function outputsOf(node: FlowNode, type: NodeType | undefined, errorLabel = ""): Port[] {
  if (!type) return [{ name: "out", label: "" }];
  const settings = { ...type.default_params, ...node.params };
  const there = [
    ...(type.dynamic_outputs ? portsOfRows(type.dynamic_outputs, settings) : []),
    ...type.outputs.filter((port) => isThere(port, settings)),
  ];
  // As on the server: a step whose settings leave it no exit keeps the declared ones.
  const ports = there.length > 0 ? there : [...type.outputs];
  if (policyOf(node, type).on_error === "error_port") {
    ports.push({ name: ERROR_PORT, label: errorLabel });
  }
  return ports;
}

function portsOfRows(rows: PortRows, settings: JsonObject): Port[] {
  const given = settings[rows.param];
  const ports = new Map<string, Port>();
  for (const row of Array.isArray(given) ? given.filter(isObject) : []) {
    const name = row[rows.id];
    if (typeof name !== "string" || ports.has(name)) continue;
    const label = row[rows.label];
    ports.set(name, { name, label: String(label || ports.size + 1) });
  }
  return [...ports.values()];
}

function isThere({ only_if: rule }: Port, settings: JsonObject): boolean {
  return !rule || rule.in.some((value) => value === (settings[rule.field] ?? null));
}

export const FALLBACK_POLICY: Policy = {
  retry: {
    attempts: 1,
    backoff: "exponential",
    delay_seconds: 1,
    max_delay_seconds: 60,
    jitter: "full",
    budget_seconds: null,
    on: [],
    respect_retry_after: true,
  },
  timeout_seconds: 60,
  on_error: "stop",
  default_value: null,
  on_unknown: "retry",
  concurrency: null,
  run_on_empty: false,
};

/** The full policy: what the step says, else what its type says. */
export function policyOf(node: FlowNode, type: NodeType | undefined): Policy {
  const base = { ...FALLBACK_POLICY, ...type?.default_policy };
  const retry: Retry = { ...FALLBACK_POLICY.retry, ...base.retry, ...node.policy.retry };
  return { ...base, ...node.policy, retry };
}
