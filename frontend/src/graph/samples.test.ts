import { describe, expect, it } from "vitest";
import type { Catalogue, NodeType } from "./catalogue";
import type { FlowNode, Graph } from "./document";
import { sampleOf, sampleThrough } from "./samples";

const node = (params: FlowNode["params"]) => ({ params }) as FlowNode;
const type = (trigger: string | null) =>
  ({ trigger, output_sample: { name: "Ada" }, examples: [] }) as unknown as NodeType;

describe("sampleOf", () => {
  it("prefers what a person wrote down for a trigger", () => {
    expect(sampleOf(node({ sample: { order: 7 } }), type("manual"))).toEqual({ order: 7 });
  });

  it("falls back to the type's own sample", () => {
    expect(sampleOf(node({}), type("manual"))).toEqual({ name: "Ada" });
    expect(sampleOf(node({ sample: null }), type("manual"))).toEqual({ name: "Ada" });
  });

  it("reads no settings of steps that start nothing", () => {
    expect(sampleOf(node({ sample: { order: 7 } }), type(null))).toEqual({ name: "Ada" });
  });
});

describe("sampleThrough", () => {
  const types: Record<string, Partial<NodeType>> = {
    start: { trigger: "manual", output_sample: { name: "Ada" } },
    choose: { trigger: null, routes: true, passes: false, output_sample: { chosen: "Sales" } },
    plain: { trigger: null, routes: true, passes: false, output_sample: null },
  };
  const full = (name: string) =>
    ({ examples: [], inputs: [], outputs: [], ...types[name] }) as unknown as NodeType;
  const catalogue = { of: (one: FlowNode) => full(one.type) } as unknown as Catalogue;
  const step = (id: string) => ({ id, key: id, type: id, params: {} }) as unknown as FlowNode;

  it.each([
    ["choose", { name: "Ada", chosen: "Sales" }],
    ["plain", { name: "Ada" }],
  ])("adds what a step that hands on (%s) puts beside it", (id, expected) => {
    const edges = [{ source: "start", source_port: "out", target: id, target_port: "in" }];
    const graph = { nodes: [step("start"), step(id)], edges } as unknown as Graph;
    expect(sampleThrough(graph, catalogue, step(id))).toEqual(expected);
  });
});
