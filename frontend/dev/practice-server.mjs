/** A small stand-in for the server while working on the canvas alone. Keeps everything in memory. */
import { catalogue, order } from "./catalogue.mjs";

const FLOW = "00000000-0000-7000-8000-000000000001";
const uuid = () => crypto.randomUUID();
const now = () => new Date().toISOString();

const state = {
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

function issuesOf(graph) {
  const found = [];
  for (const node of graph.nodes) {
    const type = catalogue.node_types.find((other) => other.type === node.type);
    for (const name of type?.params_schema.required ?? []) {
      const value = node.params[name] ?? type.default_params[name];
      if (value === undefined || value === null || value === "") {
        const label = type.params_schema.properties[name]["x-label"];
        found.push({
          code: "param_missing",
          severity: "error",
          message: `“${label}” is empty.`,
          fix: "Fill it in.",
          node: node.id,
          key: node.key,
          field: name,
          edge: null,
          action: null,
        });
      }
    }
  }
  return found;
}

const triggers = (graph) =>
  graph.nodes
    .filter((node) => node.type === "trigger.webhook")
    .map((node) => ({
      kind: "webhook",
      key: node.key,
      url: `http://127.0.0.1/hooks/${node.params.path}`,
      test_url: `http://127.0.0.1/hooks/test/${node.params.path}`,
    }));

const sample = (type) =>
  catalogue.node_types.find((other) => other.type === type)?.output_sample ?? {
    ok: true,
    ...order,
  };

function startRun(body) {
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

const listed = ({ run }) => {
  const { graph: _g, input: _i, output: _o, why: _w, ...rest } = run;
  return rest;
};
const page = (total) => ({ total, items: [] });

function dataOf(entry, key) {
  const { graph } = entry.run;
  const node = graph.nodes.find((other) => other.key === key);
  const before = graph.edges.find((edge) => edge.target === node?.id);
  const earlier = graph.nodes.find((other) => other.id === before?.source);
  const items = (other) =>
    other
      ? {
          total: 1,
          items: [
            {
              json: other.type.startsWith("trigger.")
                ? { ...sample(other.type), body: entry.input }
                : sample(other.type),
              files: [],
            },
          ],
        }
      : page(0);
  const done = entry.steps.some((step) => step.key === key && step.status === "succeeded");
  return { input: { in: items(earlier) }, output: { out: done ? items(node) : page(0) } };
}

const routes = [
  [
    "GET",
    /^session\/$/,
    () => ({
      user: { id: "1", username: "admin", name: "Admin" },
      workspace: { id: "1", name: "Home", role: "admin" },
      csrf_token: "x",
      public_url: "http://127.0.0.1",
      languages: ["en"],
    }),
  ],
  ["GET", /^node-types\/$/, () => catalogue],
  ["GET", /^flows\/[^/]+\/$/, () => state.flow],
  ["PATCH", /^flows\/[^/]+\/$/, (_, body) => Object.assign(state.flow, body)],
  [
    "GET",
    /^flows\/[^/]+\/draft\/$/,
    () => ({
      revision: state.revision,
      graph: state.graph,
      issues: issuesOf(state.graph),
      updated_at: now(),
      updated_by: null,
    }),
  ],
  [
    "PUT",
    /^flows\/[^/]+\/draft\/$/,
    (_, body) => {
      if (body.revision !== state.revision)
        return [
          409,
          {
            message: "This flow was changed elsewhere.",
            revision: state.revision,
            graph: state.graph,
            updated_by: "Grace",
          },
        ];
      state.graph = body.graph;
      state.revision += 1;
      state.flow.triggers = triggers(body.graph);
      if (state.flow.live_version) state.flow.draft_changes += 1;
      return { revision: state.revision, issues: issuesOf(state.graph) };
    },
  ],
  [
    "POST",
    /^flows\/[^/]+\/publish\/$/,
    (_, body) => {
      const number = state.versions.length + 1;
      state.versions.unshift({
        number,
        note: body.note,
        author: "Admin",
        published_at: now(),
        live: true,
        runs_in_progress: 0,
        graph: structuredClone(state.graph),
      });
      for (const version of state.versions.slice(1)) version.live = false;
      Object.assign(state.flow, { live: true, live_version: number, draft_changes: 0 });
      return { version: state.versions[0], live: true };
    },
  ],
  ["GET", /^flows\/[^/]+\/versions\/$/, () => ({ results: state.versions })],
  [
    "POST",
    /^flows\/[^/]+\/versions\/(\d+)\/restore\/$/,
    (match) => {
      state.graph = structuredClone(
        state.versions.find((version) => version.number === Number(match[1])).graph,
      );
      state.revision += 1;
      return { revision: state.revision, issues: [] };
    },
  ],
  ["POST", /^flows\/[^/]+\/run\/$/, (_, body) => [202, { run: startRun(body) }]],
  [
    "POST",
    /^flows\/[^/]+\/preview\/$/,
    (_, body) => ({ value: `preview of ${JSON.stringify(body.value)}` }),
  ],
  [
    "GET",
    /^runs\/$/,
    () => ({ results: [...state.runs.values()].map(listed).reverse(), next: null }),
  ],
  [
    "GET",
    /^runs\/([^/]+)\/$/,
    (match) => state.runs.get(match[1])?.run ?? [404, { message: "No such run." }],
  ],
  [
    "GET",
    /^runs\/([^/]+)\/steps\/$/,
    (match) => {
      const { run, steps, attempts, logs } = state.runs.get(match[1]);
      return { seq: run.seq, steps, attempts, logs };
    },
  ],
  [
    "GET",
    /^runs\/([^/]+)\/steps\/([^/]+)\/data\/$/,
    (match) => dataOf(state.runs.get(match[1]), match[2]),
  ],
  [
    "POST",
    /^runs\/([^/]+)\/cancel\/$/,
    (match) => {
      const { run } = state.runs.get(match[1]);
      run.status = "cancelled";
      return run;
    },
  ],
  [
    "GET",
    /^credentials\/$/,
    () => ({
      results: [
        {
          id: uuid(),
          name: "Shop key",
          type: "bearer",
          fields: ["token"],
          allowed_hosts: [],
          updated_at: now(),
        },
      ],
      next: null,
    }),
  ],
  [
    "GET",
    /^model-profiles\/$/,
    () => ({
      results: [
        {
          id: uuid(),
          name: "Practice model",
          provider: "practice",
          model: "SmolLM2",
          base_url: "",
          is_practice: true,
          ready: true,
        },
      ],
      next: null,
    }),
  ],
];

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

function follow(id, response) {
  const entry = state.runs.get(id);
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = (event, seq, data) =>
    response.write(`id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  entry.listeners.add(send);
  response.on("close", () => entry.listeners.delete(send));
  if (entry.run.finished_at) send("end", entry.run.seq, {});
}

export function practiceServer() {
  return {
    name: "segue-practice-server",
    configureServer(server) {
      server.middlewares.use("/api", async (request, response) => {
        const path = request.url.replace(/^\//, "").replace(/\?.*$/, "");
        const events = /^runs\/([^/]+)\/events\/$/.exec(path);
        if (events) return follow(events[1], response);
        const body = await bodyOf(request);
        for (const [method, pattern, handle] of routes) {
          const match = method === request.method && pattern.exec(path);
          if (!match) continue;
          const answer = handle(match, body);
          const [status, data] = Array.isArray(answer) ? answer : [200, answer];
          response.writeHead(status, { "Content-Type": "application/json" });
          return response.end(JSON.stringify(data));
        }
        response.writeHead(404, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ message: "This does not exist." }));
      });
    },
  };
}
