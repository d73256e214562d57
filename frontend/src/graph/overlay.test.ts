import { expect, it } from "vitest";
import { emptyGraph, type FlowNode, type Graph } from "./document";
import { overlay } from "./overlay";

const step = (id: string, x: number): FlowNode => ({
  id,
  key: id,
  name: id,
  type: "t",
  version: 1,
  params: {},
  policy: {},
  position: { x, y: 0 },
  disabled: false,
});
const wire = (source: string, target: string) => ({
  source,
  source_port: "out",
  target,
  target_port: "in",
});
const graph = (nodes: FlowNode[], edges = [] as Graph["edges"]): Graph => ({
  ...emptyGraph(),
  nodes,
  edges,
});

it("draws what is gone as a ghost that covers nothing", () => {
  const before = graph([step("a", 0), step("b", 300)], [wire("a", "b")]);
  const after = graph([step("a", 0), step("c", 300)], [wire("a", "c")]);
  const both = overlay(before, after, [
    { what: "step", how: "added", node: "c" },
    { what: "step", how: "removed", node: "b" },
  ]);
  expect(both.graph.nodes.map((node) => node.id)).toEqual(["a", "c", "b"]);
  expect(both.graph.nodes[2]?.position.y).toBeGreaterThan(64);
  expect([...both.marks.nodes]).toEqual([
    ["c", "added"],
    ["b", "removed"],
  ]);
  expect([...both.marks.edges.values()]).toEqual(["added", "removed"]);
});
