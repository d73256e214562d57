import { describe, expect, it } from "vitest";
import type { NodeType } from "./catalogue";
import type { Edge, Graph } from "./document";
import { emptyGraph } from "./document";
import { innerPlace, isTurn, toolRefusal, userOf } from "./tools";

const wire = (text: string): Edge => {
  const [from = "", to = ""] = text.split(" > ");
  const [source = "", source_port = "out"] = from.split(".");
  return { source, source_port, target: to, target_port: "in" };
};
const graph = (...wires: string[]): Graph => ({
  ...emptyGraph(),
  nodes: ["start", "agent", "find", "end"].map((id) => ({
    id,
    key: id,
    name: id,
    type: "t",
    version: 1,
    params: {},
    policy: {},
    position: { x: 0, y: 0 },
    disabled: false,
  })),
  edges: wires.map(wire),
});
const usable = { usable_as_tool: true } as NodeType;

describe("wires of tools", () => {
  const wired = graph("start > agent", "agent.tools > find", "agent > end");
  it.each([
    ["a second agent may use the tool", wired, "end.tools > find", usable, null],
    ["no data comes to a tool", wired, "start > find", usable, "is_tool"],
    ["and none goes on from it", wired, "find > end", usable, "is_tool"],
    ["what data goes through is no tool", wired, "agent.tools > end", usable, "is_tool"],
    ["not every kind can be used", graph(), "agent.tools > find", undefined, "no_tool"],
    [
      "an agent that has tools may be one",
      graph("find.tools > end"),
      "agent.tools > find",
      usable,
      null,
    ],
  ] as const)("%s", (_, given, text, type, refusal) => {
    expect(toolRefusal(given, wire(text), type)).toBe(refusal);
  });

  it("tells who uses a step", () => {
    expect(userOf(wired, "find")?.id).toBe("agent");
    expect(userOf(wired, "end")).toBeUndefined();
  });
});

describe("addresses inside of a step", () => {
  it.each([
    ["agent.0:3", { key: "agent", item: 0, number: 3, outer: "" }],
    ["repeat:2/agent.1:4", { key: "agent", item: 1, number: 4, outer: "repeat:2" }],
    ["repeat:2", null],
    ["", null],
  ])("%s", (address, place) => {
    expect(innerPlace(address)).toEqual(place);
  });

  it("knows a turn from the use of a tool", () => {
    expect(isTurn("agent", "agent.0:1")).toBe(true);
    expect(isTurn("find", "agent.0:2")).toBe(false);
    expect(isTurn("agent", "repeat:1")).toBe(false);
  });
});
