import { beforeEach, describe, expect, it } from "vitest";
import type { Issue } from "@/api/types";
import { CATALOGUE, edge, graph, node } from "@/test/samples";
import { useEditor } from "./editor";
import { canFix, fixIssue } from "./fixes";

const circle = (nodes: string[]): Issue => ({
  code: "cycle",
  severity: "error",
  message: "These steps go round in a circle.",
  fix: "Put a Repeat step in.",
  node: "a",
  key: "a",
  field: "wires",
  edge: null,
  action: { kind: "insert_repeat", nodes },
});

beforeEach(() => {
  useEditor.getState().open({
    flowId: "f",
    flowName: "Round",
    catalogue: CATALOGUE,
    graph: graph(
      [node("s", { type: "start" }), node("a"), node("b")],
      [edge("s", "a"), edge("a", "b"), edge("b", "a")],
    ),
    revision: 1,
    issues: [],
    readOnly: false,
  });
});

describe("a circle", () => {
  it("is led through a Repeat, at the place where it closes", () => {
    fixIssue(circle(["a", "b"]));
    const { nodes, edges } = useEditor.getState().draft;
    const loop = nodes.find((other) => other.type === "loop");
    const ends = edges.map(
      (wire) => `${wire.source}.${wire.source_port}>${wire.target}.${wire.target_port}`,
    );
    expect(ends.map((end) => end.replaceAll(loop?.id ?? "?", "loop")).sort()).toEqual([
      "a.out>b.in",
      "b.out>loop.continue",
      "loop.each_round>a.in",
      "s.out>loop.start",
    ]);
  });

  it("cannot be fixed when it is no longer there", () => {
    expect(canFix(circle(["b", "s"]))).toBe(false);
  });
});
