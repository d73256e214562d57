import { describe, expect, it } from "vitest";
import type { NodeType } from "./catalogue";
import type { FlowNode } from "./document";
import { sampleOf } from "./samples";

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
