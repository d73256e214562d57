/** A small catalogue and small flows for tests. */
import { Catalogue, FALLBACK_POLICY, type NodeType } from "@/graph/catalogue";
import { type Edge, emptyGraph, type FlowNode, type Graph } from "@/graph/document";

export function nodeType(type: string, more: Partial<NodeType> = {}): NodeType {
  return {
    type,
    version: 1,
    name: type,
    help: "",
    category: "Data",
    family: "data",
    icon: "box",
    inputs: [{ name: "in", label: "In", multiple: true }],
    outputs: [{ name: "out", label: "Out" }],
    dynamic_outputs: null,
    mode: "each",
    effect: "pure",
    routes: false,
    passes: false,
    waits: false,
    streams: false,
    cpu: false,
    usable_as_tool: false,
    several_tools: false,
    tells: "",
    trigger: null,
    loop: false,
    summary: "",
    params_schema: { type: "object", properties: {} },
    default_params: {},
    default_policy: FALLBACK_POLICY,
    examples: [],
    output_sample: null,
    keywords: [],
    ...more,
  };
}

export const START = nodeType("start", { name: "Start", trigger: "manual", inputs: [] });
export const WORK = nodeType("work", {
  name: "Work",
  summary: "{text}",
  params_schema: {
    type: "object",
    properties: {
      text: { type: "string", "x-kind": "text", "x-label": "Text" },
      program: { type: "string", "x-kind": "code", "x-label": "Program" },
    },
    required: ["text"],
  },
});
export const LOOP = nodeType("loop", {
  name: "Repeat",
  loop: true,
  inputs: [
    { name: "start", label: "Start" },
    { name: "continue", label: "Continue" },
  ],
  outputs: [
    { name: "each_round", label: "Each round" },
    { name: "finished", label: "Finished" },
  ],
});

export const PARTING = nodeType("parting", {
  name: "Parting",
  routes: true,
  outputs: [{ name: "otherwise", label: "Otherwise", only_if: { field: "otherwise", in: [true] } }],
  dynamic_outputs: { param: "exits", id: "id", label: "name" },
  default_params: { exits: [], otherwise: true },
});

export const CATALOGUE = new Catalogue({
  node_types: [START, WORK, LOOP, PARTING],
  filters: [],
  operators: [
    { name: "equals", label: "is", arity: 2 },
    { name: "is_empty", label: "is empty", arity: 1 },
  ],
  error_classes: [
    { name: "timeout", label: "Took too long" },
    { name: "status_5xx", label: "The service failed (5xx)" },
  ],
});

export function node(id: string, more: Partial<FlowNode> = {}): FlowNode {
  return {
    id,
    key: id,
    name: id,
    type: "work",
    version: 1,
    params: {},
    policy: {},
    position: { x: 0, y: 0 },
    disabled: false,
    ...more,
  };
}

export function edge(source: string, target: string, ports: Partial<Edge> = {}): Edge {
  return { source, source_port: "out", target, target_port: "in", ...ports };
}

export function graph(nodes: FlowNode[], edges: Edge[] = []): Graph {
  return { ...emptyGraph(), nodes, edges };
}
