import { describe, expect, it } from "vitest";
import { CATALOGUE, edge, graph, LOOP, node, nodeType, PARTING, START, WORK } from "@/test/samples";
import { Catalogue } from "./catalogue";
import { apply } from "./commands";
import { mayReplace, replaceStep } from "./replace";

const OTHER = nodeType("other", {
  name: "Other",
  params_schema: {
    type: "object",
    properties: {
      text: { type: "string", "x-kind": "text", "x-label": "Text" },
      program: { type: "string", "x-kind": "text", "x-label": "Program" },
    },
  },
  default_params: { text: "", program: "" },
});
const types = new Catalogue({
  node_types: [START, WORK, LOOP, PARTING, OTHER],
  filters: [],
  operators: [],
  error_classes: [],
});
const line = graph(
  [
    node("s", { type: "start" }),
    node("a", { name: "Work 2", params: { text: "hello", program: "x" } }),
    node("b", { params: { text: "{{ a.text }}" } }),
  ],
  [edge("s", "a"), edge("a", "b")],
);

function replaced(id: string, type: typeof OTHER) {
  const made = replaceStep(line, types, id, type);
  if (!made) throw new Error("It should have been possible.");
  return apply(line, made.change);
}

describe("replacing a step", () => {
  it("keeps its place, its wires and the settings of the same name and kind", () => {
    const { graph: after } = replaced("a", OTHER);
    expect(after.edges).toEqual(line.edges);
    expect(after.nodes[1]).toMatchObject({ id: "a", type: "other", params: { text: "hello" } });
    expect(after.nodes[1]?.params.program).toBe("");
  });

  it("takes the new kind's name where nobody gave one, and references follow", () => {
    const { graph: after } = replaced("a", OTHER);
    expect(after.nodes[1]).toMatchObject({ name: "Other", key: "other" });
    expect(after.nodes[2]?.params).toEqual({ text: "{{ other.text }}" });
    expect(replaced("b", OTHER).graph.nodes[2]?.name).toBe("b");
  });

  it("leads wires to the first port where the new step has none of that name", () => {
    const { graph: after } = replaced("a", LOOP);
    expect(after.edges.map((wire) => `${wire.source_port}>${wire.target_port}`)).toEqual([
      "out>start",
      "each_round>in",
    ]);
  });

  it("is one step to undo", () => {
    const { graph: after, inverse } = replaced("a", LOOP);
    const back = apply(after, inverse).graph;
    expect(back.nodes).toEqual(line.nodes);
    expect(back.edges).toHaveLength(2);
  });

  it.each([
    ["s", WORK, false],
    ["a", START, false],
    ["a", WORK, false],
    ["a", OTHER, true],
  ])("of “%s” by “%o” is offered or not", (id, type, offered) => {
    expect(mayReplace(line, CATALOGUE, id, type)).toBe(offered);
  });
});
