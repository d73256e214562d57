import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edge, graph, node } from "@/test/samples";
import { apply, type Change } from "./commands";
import type { Graph } from "./document";
import { NO_HISTORY, record, redo, undo } from "./history";

const ids = ["a", "b", "c", "d"] as const;
const id = fc.constantFrom(...ids);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant("insert"),
    into: fc.constant("nodes"),
    item: id.map((i) => node(i)),
  }),
  id.map((i): Change => ({ kind: "remove", from: "nodes", id: i })),
  fc.record({ id, name: fc.string(), x: fc.integer() }).map(
    ({ id, name, x }): Change => ({
      kind: "update",
      of: "nodes",
      id,
      set: { name, position: { x, y: 0 } },
    }),
  ),
  fc
    .record({ from: id, to: id })
    .map(({ from, to }): Change => ({ kind: "wire", edge: edge(from, to) })),
  fc
    .record({ from: id, to: id })
    .map(({ from, to }): Change => ({ kind: "unwire", edge: edge(from, to) })),
  fc.string().map((text): Change => ({ kind: "settings", set: { description: text } })),
) as fc.Arbitrary<Change>;

const start: Graph = graph([node("a"), node("b")], [edge("a", "b")]);

describe("changes", () => {
  it("are taken back exactly by their inverse", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const before = apply(start, { kind: "batch", changes: changes.slice(0, 6) }).graph;
        const applied = apply(before, { kind: "batch", changes: changes.slice(6) });
        expect(apply(applied.graph, applied.inverse).graph).toEqual(before);
      }),
    );
  });

  it("never alter the document they are applied to", () => {
    fc.assert(
      fc.property(change, (one) => {
        const copy = structuredClone(start);
        apply(start, one);
        expect(start).toEqual(copy);
      }),
    );
  });

  it("do nothing when what they speak of is gone", () => {
    expect(apply(start, { kind: "remove", from: "nodes", id: "z" }).graph).toBe(start);
    expect(apply(start, { kind: "wire", edge: edge("a", "b") }).graph).toBe(start);
  });
});

describe("history", () => {
  it("undoes and redoes any sequence", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
        let state = { graph: start, history: NO_HISTORY };
        changes.forEach((one, now) => {
          state = record(state.graph, state.history, one, { now: now * 10_000 });
        });
        const end = state.graph;
        const steps = state.history.past.length;
        for (let i = 0; i < steps; i += 1) state = undo(state.graph, state.history);
        expect(state.graph).toEqual(start);
        for (let i = 0; i < steps; i += 1) state = redo(state.graph, state.history);
        expect(state.graph).toEqual(end);
      }),
    );
  });

  it("takes letters typed in a row as one step", () => {
    let state = { graph: start, history: NO_HISTORY };
    for (const [now, name] of [
      [0, "H"],
      [200, "He"],
      [400, "Hey"],
    ] as const) {
      const set: Change = { kind: "update", of: "nodes", id: "a", set: { name } };
      state = record(state.graph, state.history, set, { merge: "a.name", now });
    }
    expect(state.history.past).toHaveLength(1);
    expect(undo(state.graph, state.history).graph).toEqual(start);
  });

  it("forgets what could be redone once something else is done", () => {
    const first = record(start, NO_HISTORY, { kind: "remove", from: "nodes", id: "a" }, { now: 0 });
    const back = undo(first.graph, first.history);
    const other = record(
      back.graph,
      back.history,
      { kind: "unwire", edge: edge("a", "b") },
      { now: 1 },
    );
    expect(other.history.future).toEqual([]);
  });
});
