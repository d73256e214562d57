/** Plays a run step by step, for the practice server: some tries fail, one exit stays dead. */
import { catalogue, order } from "./catalogue.mjs";

export const FLOW = "00000000-0000-7000-8000-000000000001";
export const uuid = () => crypto.randomUUID();
export const now = () => new Date().toISOString();

export const state = {
  flow: {
    id: FLOW,
    name: "Answer an order",
    description: "",
    live: false,
    live_version: null,
    draft_changes: 0,
    updated_at: now(),
    last_run: null,
    triggers: [],
  },
  revision: 1,
  graph: { format: "segue.flow/1", nodes: [], edges: [], notes: [], groups: [], settings: {} },
  versions: [],
  runs: new Map(),
};

export const sample = (type) =>
  catalogue.node_types.find((other) => other.type === type)?.output_sample ?? {
    ok: true,
    ...order,
  };

export function startRun(body) {
  const run = {
    id: uuid(),
    flow: { id: FLOW, name: state.flow.name },
    version: null,
    mode: "test",
    status: "running",
    partial_errors: 0,
    trigger: { key: body.trigger ?? "", kind: "manual" },
    created_at: now(),
    started_at: now(),
    finished_at: null,
    duration_ms: null,
    reason: null,
    error: null,
    seq: 1,
    why: null,
    input: body.input,
    output: null,
    graph: structuredClone(state.graph),
  };
  const entry = { run, steps: [], attempts: [], logs: [], listeners: new Set(), input: body.input };
  state.runs.set(run.id, entry);
  void play(entry);
  return run;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function emit(entry, event, row) {
  row.seq = ++entry.run.seq;
  const list = { step: entry.steps, attempt: entry.attempts, log: entry.logs }[event];
  if (list) list.push({ ...row });
  for (const send of entry.listeners) send(event, row.seq, event === "run" ? entry.run : row);
}

async function play(entry) {
  const { graph } = entry.run;
  const incoming = new Map(
    graph.nodes.map((node) => [
      node.id,
      graph.edges.filter((edge) => edge.target === node.id && edge.target_port !== "continue")
        .length,
    ]),
  );
  const dead = new Set();
  const ready = graph.nodes.filter((node) => incoming.get(node.id) === 0);
  while (ready.length > 0 && entry.run.status === "running") {
    const node = ready.shift();
    const base = {
      key: node.key,
      node: node.id,
      type: node.type,
      name: node.name,
      iteration: "",
      attempts: 1,
      items_in: 1,
      items_out: {},
      item_errors: 0,
      started_at: now(),
      finished_at: null,
      duration_ms: null,
      why: null,
      error: null,
    };
    if (dead.has(node.id)) {
      emit(entry, "step", { ...base, status: "skipped", why: "The way here was not taken." });
    } else {
      emit(entry, "step", { ...base, status: "running" });
      const slow = node.type === "http.request";
      const attempt = {
        key: node.key,
        node: node.id,
        iteration: "",
        item: 0,
        number: 1,
        status: "running",
        started_at: now(),
        finished_at: null,
        error: null,
        next_at: null,
        why: null,
        usage: null,
        params: node.params,
      };
      emit(entry, "attempt", attempt);
      await pause(500);
      if (slow) {
        emit(entry, "attempt", {
          ...attempt,
          status: "failed",
          finished_at: now(),
          error: {
            message: "The server answered 503.",
            class: "status_5xx",
            retryable: true,
            status: 503,
          },
          why: "Will try again in 0.8 s: the server answered 503.",
        });
        emit(entry, "log", {
          key: node.key,
          node: node.id,
          iteration: "",
          item: 0,
          number: 1,
          level: "warning",
          message: "The server answered 503; trying again.",
          data: { status: 503 },
          at: now(),
        });
        await pause(800);
        emit(entry, "attempt", { ...attempt, number: 2, started_at: now() });
        await pause(400);
      }
      emit(entry, "attempt", {
        ...attempt,
        number: slow ? 2 : 1,
        status: "succeeded",
        finished_at: now(),
        usage:
          node.type === "ai.llm"
            ? { model: "practice", tokens_in: 120, tokens_out: 34, cost: null, cached: false }
            : null,
      });
      emit(entry, "log", {
        key: node.key,
        node: node.id,
        iteration: "",
        item: 0,
        number: 1,
        level: "info",
        message: `${node.name} is done.`,
        data: null,
        at: now(),
      });
      const out = node.type === "flow.if" ? { true: 1, false: 0 } : { out: 1 };
      emit(entry, "step", {
        ...base,
        status: "succeeded",
        attempts: slow ? 2 : 1,
        items_out: out,
        finished_at: now(),
        duration_ms: slow ? 1700 : 500,
      });
    }
    for (const edge of graph.edges.filter((other) => other.source === node.id)) {
      if (dead.has(node.id) || (node.type === "flow.if" && edge.source_port === "false"))
        dead.add(edge.target);
      incoming.set(edge.target, incoming.get(edge.target) - 1);
      if (incoming.get(edge.target) === 0)
        ready.push(graph.nodes.find((other) => other.id === edge.target));
    }
  }
  Object.assign(entry.run, {
    status: entry.run.status === "running" ? "succeeded" : entry.run.status,
    finished_at: now(),
    duration_ms: Date.now() - Date.parse(entry.run.started_at),
    output: { text: "Done" },
  });
  emit(entry, "run", {});
  for (const send of entry.listeners) send("end", entry.run.seq, {});
}
