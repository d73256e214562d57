/** A small stand-in for the server while working on the canvas alone. Keeps everything in memory. */
import { catalogue } from "./catalogue.mjs";
import { now, sample, startRun, state, uuid } from "./play.mjs";

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
