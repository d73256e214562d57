/** The flow document `segue.flow/1` as the canvas edits it. Values only: no behaviour, no React. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type Position = { x: number; y: number };
export type Size = { width: number; height: number };

export type Backoff = "constant" | "exponential" | "random";
export type OnError = "stop" | "default" | "error_port" | "continue";
export type OnUnknown = "retry" | "ask" | "fail";

export type Retry = {
  attempts: number;
  backoff: Backoff;
  delay_seconds: number;
  max_delay_seconds: number;
  jitter: "none" | "full" | "equal";
  budget_seconds: number | null;
  on: string[];
  respect_retry_after: boolean;
};

export type Policy = {
  retry: Retry;
  timeout_seconds: number | null;
  on_error: OnError;
  default_value: Json;
  on_unknown: OnUnknown;
  concurrency: number | null;
  run_on_empty: boolean;
};

export type SparsePolicy = Partial<Omit<Policy, "retry">> & { retry?: Partial<Retry> };

export type FlowNode = {
  id: string;
  key: string;
  name: string;
  type: string;
  version: number;
  params: JsonObject;
  policy: SparsePolicy;
  position: Position;
  disabled: boolean;
  /** What holds for it where another step uses it as a tool. */
  tool?: { guidance: string; asks_first: boolean; most_calls: number | null };
};

export type Edge = { source: string; source_port: string; target: string; target_port: string };
export type Note = { id: string; text: string; position: Position; size: Size; color: string };
export type Group = { id: string; title: string; nodes: string[]; color: string };

export type Settings = {
  deadline_seconds?: number | null;
  max_steps?: number;
  max_items_per_step?: number;
  max_items?: number;
  max_stored_mb?: number;
  wait_limit_seconds?: number;
  at_once?: number | null;
  at_once_by?: string;
  when_busy?: "queue" | "reject" | "replace";
  priority?: "high" | "normal" | "low";
  description?: string;
};

export type Graph = {
  format: string;
  nodes: FlowNode[];
  edges: Edge[];
  notes: Note[];
  groups: Group[];
  settings: Settings;
};

export const FORMAT = "segue.flow/1";

export function emptyGraph(): Graph {
  return { format: FORMAT, nodes: [], edges: [], notes: [], groups: [], settings: {} };
}

type Loose<T> = { [K in keyof T]?: T[K] };

/** What the server may leave out, filled in, so that the editor never meets `undefined`. */
export function normalise(raw: Loose<Graph>): Graph {
  return {
    format: raw.format ?? FORMAT,
    nodes: (raw.nodes ?? []).map(normaliseNode),
    edges: (raw.edges ?? []).map((edge) => ({ ...edge })),
    notes: raw.notes ?? [],
    groups: raw.groups ?? [],
    settings: raw.settings ?? {},
  };
}

function normaliseNode(node: FlowNode): FlowNode {
  return {
    ...node,
    name: node.name || node.key,
    version: node.version ?? 1,
    params: node.params ?? {},
    policy: node.policy ?? {},
    position: node.position ?? { x: 0, y: 0 },
    disabled: node.disabled ?? false,
  };
}

export function edgeId(edge: Edge): string {
  return `${edge.source}:${edge.source_port}>${edge.target}:${edge.target_port}`;
}

export function sameEdge(a: Edge, b: Edge): boolean {
  return edgeId(a) === edgeId(b);
}

const nodesOf = new WeakMap<readonly FlowNode[], ReadonlyMap<string, FlowNode>>();

/** Found by an index that is made once for each list: a thousand cards ask at every change. */
export function nodeById(graph: Graph, id: string): FlowNode | undefined {
  let known = nodesOf.get(graph.nodes);
  if (!known) {
    known = new Map(graph.nodes.map((node) => [node.id, node]));
    nodesOf.set(graph.nodes, known);
  }
  return known.get(id);
}

const endsOf = new WeakMap<readonly Edge[], ReadonlySet<string>>();

/** Whether a wire begins (`source`) or ends at this port. Also by an index, as above. */
export function isWired(
  graph: Graph,
  node: string,
  port: string,
  side: "source" | "target",
): boolean {
  let known = endsOf.get(graph.edges);
  if (!known) {
    known = new Set(
      graph.edges.flatMap((edge) => [
        `source ${edge.source} ${edge.source_port}`,
        `target ${edge.target} ${edge.target_port}`,
      ]),
    );
    endsOf.set(graph.edges, known);
  }
  return known.has(`${side} ${node} ${port}`);
}

export function nodeByKey(graph: Graph, key: string): FlowNode | undefined {
  return graph.nodes.find((node) => node.key === key);
}

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** A short identifier that no one has to read; uniqueness is checked against `taken`. */
export function freshId(prefix: string, taken: ReadonlySet<string>): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(6));
    const id = prefix + Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
    if (!taken.has(id)) return id;
  }
}

export function takenIds(graph: Graph): Set<string> {
  return new Set([...graph.nodes, ...graph.notes, ...graph.groups].map((item) => item.id));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
