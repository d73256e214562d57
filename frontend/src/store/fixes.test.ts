import { beforeEach, describe, expect, it } from "vitest";
import type { Issue } from "@/api/types";
import { CATALOGUE, edge, graph, node } from "@/test/samples";
import { useEditor } from "./editor";
import { canFix, fixIssue } from "./fixes";
import { useUi } from "./ui";

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

describe("a remedy", () => {
  const issue = (more: Partial<Issue>): Issue => ({ ...circle([]), node: "b", key: "b", ...more });
  const step = () => useEditor.getState().draft.nodes.find((other) => other.id === "b");

  it("sets one thing of the policy and leaves the others", () => {
    useEditor.getState().change({
      kind: "update",
      of: "nodes",
      id: "b",
      set: { policy: { timeout_seconds: null, retry: { attempts: 1, delay_seconds: 9 } } },
    });
    fixIssue(issue({ action: { kind: "set_policy", field: "retry.attempts", value: 3 } }));
    fixIssue(issue({ action: { kind: "set_policy", field: "timeout_seconds", value: 60 } }));
    expect(step()?.policy).toEqual({
      timeout_seconds: 60,
      retry: { attempts: 3, delay_seconds: 9 },
    });
  });

  it("corrects the name of a step in inserted data", () => {
    const set = { params: { text: "{{ aa.text }}" } };
    useEditor.getState().change({ kind: "update", of: "nodes", id: "b", set });
    fixIssue(issue({ action: { kind: "rename_reference", from: "aa", to: "a" } }));
    expect(step()?.params).toEqual({ text: "{{ a.text }}" });
  });

  it("takes a step or a setting away, and undo brings it back", () => {
    fixIssue(issue({ action: { kind: "remove_step" } }));
    expect(step()).toBeUndefined();
    useEditor.getState().undo();
    expect(step()).toBeDefined();
  });

  it("leads to the setting where only a person can decide", () => {
    fixIssue(issue({ action: { kind: "open_field", field: "text" } }));
    expect(useUi.getState()).toMatchObject({ step: "b", field: "text", dialog: null });
  });

  it("is not offered for a step that is gone", () => {
    expect(canFix(issue({ node: "gone", action: { kind: "remove_step" } }))).toBe(false);
  });
});
