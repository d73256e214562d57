import { describe, expect, it } from "vitest";
import { CATALOGUE, edge, graph, node } from "@/test/samples";
import { findInFlow } from "./find";

const flow = {
  ...graph(
    [
      node("s", { type: "start", name: "Begin" }),
      node("a", { name: "Fetch order", params: { text: "GET {{ s.body.customer }}" } }),
      node("b", { params: { program: ["deep", { inner: `${"x".repeat(80)} customer 7` }] } }),
    ],
    [edge("s", "a"), edge("a", "b")],
  ),
  notes: [
    {
      id: "t",
      text: "Ask the customer first",
      position: { x: 0, y: 0 },
      size: { width: 1, height: 1 },
      color: "",
    },
  ],
};

describe("looking in a flow", () => {
  it("finds settings, inserted data and notes in the order of the flow", () => {
    const hits = findInFlow(flow, CATALOGUE, "CUSTOMER");
    expect(hits.map((hit) => [hit.id, hit.field])).toEqual([
      ["a", "text"],
      ["b", "program"],
      ["t", null],
    ]);
    expect(hits[0]?.label).toBe("Text");
    expect(hits[1]?.text).toContain("customer 7");
  });

  it.each([
    ["fetch", ["a"]],
    ["  ", []],
    ["nowhere", []],
  ])("by name: “%s”", (query, ids) => {
    expect(findInFlow(flow, CATALOGUE, query).map((hit) => hit.id)).toEqual(ids);
  });
});
