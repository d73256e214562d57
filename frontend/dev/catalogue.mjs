/** Kinds of steps for the practice server: enough of each field kind to see every form. */

const retryNetwork = {
  attempts: 3,
  backoff: "exponential",
  delay_seconds: 1,
  max_delay_seconds: 60,
  jitter: "full",
  budget_seconds: null,
  on: ["network", "timeout", "status_5xx", "status_429"],
  respect_retry_after: true,
};
const once = { ...retryNetwork, attempts: 1, on: [] };
const policy = (over = {}) => ({
  retry: once,
  timeout_seconds: 60,
  on_error: "stop",
  default_value: null,
  on_unknown: "retry",
  concurrency: null,
  run_on_empty: false,
  ...over,
});
const port = (name, label = name) => ({ name, label, multiple: true });

function type(over) {
  const properties = over.params ?? {};
  const { params: _, required = [], ...rest } = over;
  return {
    version: 1,
    help: "",
    category: "Data",
    icon: "box",
    inputs: [port("in", "In")],
    outputs: [port("out", "Out")],
    dynamic_outputs: null,
    mode: "each",
    effect: "pure",
    routes: false,
    waits: false,
    streams: false,
    cpu: false,
    usable_as_tool: false,
    trigger: null,
    loop: false,
    summary: "",
    default_params: {},
    default_policy: policy(),
    examples: [],
    output_sample: null,
    keywords: [],
    params_schema: { type: "object", properties, required },
    ...rest,
  };
}
const field = (kind, label, more = {}) => {
  const { help, placeholder, advanced, show_if, templates, section, ...schema } = more;
  return {
    ...schema,
    "x-kind": kind,
    "x-label": label,
    "x-help": help ?? "",
    "x-placeholder": placeholder ?? "",
    "x-advanced": advanced ?? false,
    "x-show-if": show_if ?? null,
    "x-section": section ?? null,
    "x-templates":
      templates ?? ["text", "multiline", "json", "key_values", "conditions"].includes(kind),
  };
};

const order = {
  id: 4711,
  total: 129.9,
  currency: "EUR",
  customer: { name: "Ada", email: "ada@example.org" },
  lines: [{ sku: "tea", amount: 2 }],
};

export const catalogue = {
  node_types: [
    type({
      type: "trigger.webhook",
      name: "Webhook",
      category: "Start",
      icon: "webhook",
      trigger: "webhook",
      inputs: [],
      help: "Another program calls an address.",
      summary: "{method} /{path}",
      keywords: ["http", "api", "url"],
      required: ["path"],
      default_params: { path: "orders", method: "POST", answer: "when_finished" },
      output_sample: {
        body: { id: 4711 },
        headers: { "content-type": "application/json" },
        query: {},
        method: "POST",
      },
      params: {
        path: field("webhook_path", "Address", {
          help: "The last part of the address that others call.",
        }),
        method: field("choice", "Method", { enum: ["GET", "POST", "PUT"] }),
        answer: field("choice", "Answer", {
          enum: ["at_once", "when_finished", "by_respond"],
          "x-choices": {
            at_once: "At once",
            when_finished: "When finished",
            by_respond: "By a Respond step",
          },
        }),
      },
    }),
    type({
      type: "trigger.manual",
      name: "By hand",
      category: "Start",
      icon: "hand-click",
      trigger: "manual",
      inputs: [],
      help: "You press Test or Run.",
      output_sample: { name: "Ada" },
    }),
    type({
      type: "http.request",
      name: "HTTP request",
      category: "Network",
      icon: "globe",
      effect: "external",
      help: "Call a URL and pass its response on.",
      summary: "{method} {url}",
      keywords: ["api", "url", "call"],
      usable_as_tool: true,
      default_policy: policy({ retry: retryNetwork }),
      default_params: { method: "GET" },
      required: ["url"],
      output_sample: { status: 200, body: order },
      params: {
        method: field("choice", "Method", { enum: ["GET", "POST", "PUT", "PATCH", "DELETE"] }),
        url: field("text", "URL", { placeholder: "https://example.org/orders" }),
        credential: field("credential", "Connection", {
          help: "Keeps passwords and keys out of the flow.",
        }),
        headers: field("key_values", "Headers", { section: "Request" }),
        body: field("json", "Body", {
          section: "Request",
          show_if: { field: "method", in: ["POST", "PUT", "PATCH"] },
        }),
        follow: field("boolean", "Follow redirects", { advanced: true, default: true }),
        wait: field("duration", "Pause between calls", { advanced: true }),
      },
    }),
    type({
      type: "data.set",
      name: "Set fields",
      category: "Data",
      icon: "pencil",
      help: "Give items new fields.",
      summary: "{fields}",
      params: {
        fields: field("assignments", "Fields"),
        keep: field("boolean", "Keep the other fields", { default: true }),
      },
    }),
    type({
      type: "flow.if",
      name: "If",
      category: "Flow",
      icon: "branch",
      routes: true,
      help: "Send items one way or the other.",
      summary: "{condition}",
      outputs: [port("true", "True"), port("false", "False")],
      required: ["condition"],
      keywords: ["branch", "condition"],
      params: { condition: field("conditions", "Condition") },
    }),
    type({
      type: "flow.merge",
      name: "Merge",
      category: "Flow",
      icon: "merge",
      mode: "all",
      help: "Bring several ways together.",
      inputs: [port("a", "A"), port("b", "B")],
      params: { mode: field("choice", "How", { enum: ["append", "pair", "first"] }) },
    }),
    type({
      type: "flow.repeat",
      name: "Repeat",
      category: "Flow",
      icon: "repeat",
      loop: true,
      help: "Do steps again for every item or a number of times.",
      inputs: [port("start", "Start"), port("continue", "Continue")],
      outputs: [port("each_round", "Each round"), port("finished", "Finished")],
      summary: "{how}",
      default_params: { how: "each_item" },
      params: {
        how: field("choice", "How", { enum: ["each_item", "times", "until"] }),
        times: field("integer", "Times", { show_if: { field: "how", in: ["times"] } }),
      },
    }),
    type({
      type: "flow.wait",
      name: "Wait",
      category: "Flow",
      icon: "hourglass",
      waits: true,
      help: "Go on after some time.",
      summary: "{seconds}",
      params: { seconds: field("duration", "How long", { default: 60 }) },
    }),
    type({
      type: "flow.respond",
      name: "Respond",
      category: "Flow",
      icon: "reply",
      help: "Answer the call that started the flow.",
      summary: "{status}",
      default_params: { status: 200 },
      params: {
        status: field("integer", "Status", { minimum: 100, maximum: 599 }),
        body: field("json", "Answer"),
      },
    }),
    type({
      type: "code.python",
      name: "Code",
      category: "Code",
      icon: "code",
      help: "A few lines of Python, safely boxed in.",
      mode: "all",
      params: {
        code: field("code", "Program", { "x-language": "python", default: "return items" }),
      },
    }),
    type({
      type: "ai.llm",
      name: "LLM",
      category: "AI",
      icon: "sparkles",
      effect: "external",
      help: "Ask a language model.",
      summary: "{prompt}",
      default_policy: policy({ retry: { ...retryNetwork, attempts: 2 } }),
      required: ["prompt"],
      output_sample: { text: "A friendly answer" },
      keywords: ["ai", "model", "chat", "gpt"],
      params: {
        model: field("model", "Model"),
        prompt: field("multiline", "What should it do?", {
          placeholder: "Write a short reply to …",
        }),
        answer: field("choice", "Answer", { enum: ["text", "json"] }),
        schema: field("schema", "Fields of the answer", {
          show_if: { field: "answer", in: ["json"] },
        }),
        stop: field("list", "Stop words", { advanced: true }),
        temperature: field("number", "Creativity", { minimum: 0, maximum: 2, advanced: true }),
      },
    }),
  ],
  field_kinds: [],
  filters: [
    { name: "upper", label: "UPPER CASE", help: "", example: "" },
    { name: "trim", label: "Trim", help: "", example: "" },
    { name: "length", label: "Count", help: "", example: "" },
  ],
  operators: [
    ["equals", "is", 2],
    ["not_equals", "is not", 2],
    ["contains", "contains", 2],
    ["starts_with", "starts with", 2],
    ["greater", "is greater than", 2],
    ["less", "is less than", 2],
    ["is_empty", "is empty", 1],
    ["exists", "exists", 1],
    ["is_true", "is true", 1],
  ].map(([name, label, arity]) => ({ name, label, arity })),
  error_classes: [
    ["network", "No answer"],
    ["timeout", "Took too long"],
    ["status_5xx", "The service failed (5xx)"],
    ["status_429", "Too many requests (429)"],
    ["status_4xx", "The service refused (4xx)"],
    ["any", "Anything else"],
  ].map(([name, label]) => ({ name, label })),
};
export { order };
