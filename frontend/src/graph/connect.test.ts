import { describe, expect, it } from "vitest";
import { CATALOGUE, edge, graph, node } from "@/test/samples";
import { canConnect, possibleWires } from "./connect";

const start = node("s", { type: "start" });
const flow = graph(
  [start, node("a"), node("b"), node("loop", { type: "loop" })],
  [edge("s", "a"), edge("a", "b"), edge("b", "loop", { target_port: "start" })],
);
const verdict = (...args: Parameters<typeof edge>) => canConnect(flow, CATALOGUE, edge(...args));

describe("a wire", () => {
  it.each([
    ["to itself", ["a", "a"], "self"],
    ["that is there already", ["a", "b"], "duplicate"],
    ["that closes a circle", ["b", "a"], "cycle"],
    ["into what starts the flow", ["a", "s"], "no_entrance"],
    ["from a step that is gone", ["x", "a"], "unknown_step"],
  ] as const)("%s is refused with its reason", (_, [from, to], reason) => {
    expect(verdict(from, to)).toEqual({ ok: false, reason });
  });

  it("may jump ahead", () => {
    expect(verdict("s", "b")).toEqual({ ok: true });
  });

  it("may go back into “continue” of a Repeat, and only there", () => {
    const round = graph(
      [...flow.nodes, node("c")],
      [...flow.edges, edge("loop", "c", { source_port: "each_round" })],
    );
    const back = edge("c", "loop", { target_port: "continue" });
    expect(canConnect(round, CATALOGUE, back)).toEqual({ ok: true });
    expect(canConnect(round, CATALOGUE, edge("c", "loop", { target_port: "start" }))).toEqual({
      ok: false,
      reason: "cycle",
    });
  });

  it("leaves by the error exit only where the step has one", () => {
    const failing = edge("a", "b", { source_port: "error" });
    expect(canConnect(flow, CATALOGUE, failing)).toEqual({ ok: false, reason: "no_exit" });
    const open = graph([node("a", { policy: { on_error: "error_port" } }), node("b")]);
    expect(canConnect(open, CATALOGUE, failing)).toEqual({ ok: true });
  });
});

describe("the wires that may still be drawn from a step", () => {
  const ends = (id: string) =>
    possibleWires(flow, CATALOGUE, id).map((wire) => `${wire.source_port}>${wire.target}`);

  it("leave out what is wired, what is the step itself and what would go round", () => {
    expect(ends("s")).toEqual(["out>b", "out>loop", "out>loop"]);
    expect(ends("b")).toEqual(["out>loop"]);
  });

  it("are none for a step that is gone", () => {
    expect(ends("x")).toEqual([]);
  });
});
