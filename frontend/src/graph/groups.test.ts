import { describe, expect, it } from "vitest";
import { graph, node } from "@/test/samples";
import { apply } from "./commands";
import { toggleGroup } from "./groups";

const flow = graph([node("a"), node("b"), node("c")]);

describe("a frame around steps", () => {
  it("is drawn, and taken away when it is asked for again", () => {
    const frame = toggleGroup(flow, new Set(["a", "b"]), "Group");
    const framed = frame ? apply(flow, frame).graph : flow;
    expect(framed.groups).toMatchObject([{ title: "Group", nodes: ["a", "b"] }]);
    const bare = toggleGroup(framed, new Set(["b", "a"]), "Group");
    expect(bare ? apply(framed, bare).graph.groups : null).toEqual([]);
  });

  it("needs two steps", () => {
    expect(toggleGroup(flow, new Set(["a"]), "Group")).toBeNull();
  });
});
