import { describe, expect, it } from "vitest";
import { CATALOGUE, edge, graph, node, PARTING, START, WORK } from "@/test/samples";
import { outputsOf } from "./catalogue";
import { clipOf, fromText, paste, toText } from "./clipboard";
import { apply } from "./commands";
import { keyFromName, uniqueKey } from "./keys";
import { tidy } from "./layout";
import {
  addStep,
  addStepAt,
  dropOnEdge,
  insertOnEdge,
  removeItems,
  renameStep,
  setParams,
} from "./operations";
import { neighbour, outline, upstream } from "./outline";

const line = graph(
  [
    node("s", { type: "start", position: { x: 0, y: 0 } }),
    node("a", { position: { x: 310, y: 0 } }),
    node("b", { position: { x: 620, y: 0 } }),
  ],
  [edge("s", "a"), edge("a", "b")],
);

describe("keys", () => {
  it.each([
    ["Fetch order", "fetch_order"],
    ["Größe prüfen", "groesse_pruefen"],
    ["3 times", "step_3_times"],
    ["Input", "step_input"],
    ["注文", "step"],
    ["  --  ", "step"],
  ])("come from names: %s", (name, key) => {
    expect(keyFromName(name)).toBe(key);
  });

  it("stay unique by counting on", () => {
    expect(uniqueKey("a_2", new Set(["a", "a_2"]))).toBe("a_3");
  });
});

describe("adding", () => {
  it("gives a second step of a kind its own name and key", () => {
    const once = apply(line, addStep(line, WORK, { x: 0, y: 400 }).change).graph;
    const twice = apply(once, addStep(once, WORK, { x: 0, y: 400 }).change).graph;
    expect(twice.nodes.slice(-2).map(({ name, key }) => [name, key])).toEqual([
      ["Work", "work"],
      ["Work 2", "work_2"],
    ]);
    expect(twice.nodes.at(-1)?.position).not.toEqual(twice.nodes.at(-2)?.position);
  });

  it("at an exit wires the new step", () => {
    const made = addStepAt(line, CATALOGUE, WORK, { node: "b", port: "out", side: "source" });
    const after = apply(line, made.change).graph;
    expect(after.edges.at(-1)).toEqual(edge("b", made.id));
    expect(after.nodes.at(-1)?.position.x).toBeGreaterThan(620);
  });

  it("what starts a flow is not wired behind a step", () => {
    const made = addStepAt(line, CATALOGUE, START, { node: "b", port: "out", side: "source" });
    expect(apply(line, made.change).graph.edges).toEqual(line.edges);
  });

  it("on a wire parts it and makes room to the right", () => {
    const made = insertOnEdge(line, CATALOGUE, edge("a", "b"), WORK);
    if (!made) throw new Error("The step fits on the wire.");
    const after = apply(line, made.change).graph;
    expect(after.edges).toEqual([edge("s", "a"), edge("a", made.id), edge(made.id, "b")]);
    expect(after.nodes.find((other) => other.id === "b")?.position.x).toBeGreaterThan(620);
    expect(after.nodes.find((other) => other.id === "a")?.position.x).toBe(310);
  });

  it("dropping a loose step on a wire parts it, a wired one stays", () => {
    const loose = graph([...line.nodes, node("c")], line.edges);
    const change = dropOnEdge(loose, CATALOGUE, edge("a", "b"), "c");
    if (!change) throw new Error("The loose step fits on the wire.");
    expect(apply(loose, change).graph.edges).toEqual([
      edge("s", "a"),
      edge("a", "c"),
      edge("c", "b"),
    ]);
    expect(dropOnEdge(line, CATALOGUE, edge("a", "b"), "s")).toBeNull();
  });
});

describe("removing", () => {
  it("closes the gap when one step in the middle goes", () => {
    const after = apply(line, removeItems(line, CATALOGUE, new Set(["a"]))).graph;
    expect(after.nodes.map((other) => other.id)).toEqual(["s", "b"]);
    expect(after.edges).toEqual([edge("s", "b")]);
  });

  it("is undone with all wires in place", () => {
    const applied = apply(line, removeItems(line, CATALOGUE, new Set(["a", "b"])));
    expect(applied.graph.edges).toEqual([]);
    expect(apply(applied.graph, applied.inverse).graph).toEqual(line);
  });
});

describe("renaming", () => {
  it("takes every reference along, but no program text", () => {
    const flow = graph([
      node("a", { name: "Old", key: "old" }),
      node("b", { params: { text: "{{ old.x }}", program: "old = '{{ old.x }}'" } }),
    ]);
    const after = apply(flow, renameStep(flow, CATALOGUE, "a", "Fetch order")).graph;
    expect(after.nodes[0]).toMatchObject({ name: "Fetch order", key: "fetch_order" });
    expect(after.nodes[1]?.params).toEqual({
      text: "{{ fetch_order.x }}",
      program: "old = '{{ old.x }}'",
    });
  });
});

describe("copy and paste", () => {
  it("goes through text and keeps wires and references among the copies", () => {
    const flow = graph(
      [node("a", { key: "a" }), node("b", { params: { text: "{{ a.x }} {{ s.y }}" } })],
      [edge("a", "b")],
    );
    const clip = fromText(toText(clipOf(flow, new Set(["a", "b"]))));
    if (typeof clip === "string") throw new Error("What was copied can be read.");
    const pasted = paste(flow, CATALOGUE, clip, null);
    const after = apply(flow, pasted.change).graph;
    const [first, second] = after.nodes.slice(-2);
    expect([first?.key, second?.key]).toEqual(["a_2", "b_2"]);
    expect(second?.params.text).toBe("{{ a_2.x }} {{ s.y }}");
    expect(after.edges.at(-1)).toEqual(edge(first?.id ?? "", second?.id ?? ""));
  });

  it.each([
    ["hello", "rubbish"],
    ["{}", "rubbish"],
    ['{"format":"other/1","nodes":[]}', "rubbish"],
    ['{"format":"segue.flow/1","nodes":[{}]}', "broken"],
    ['{"format":"segue.clip/1","nodes":[]}', "broken"],
    ['{"format":"segue.clip/1","nodes":[{"id":"a","key":"a","type":"t","params":[]}]}', "broken"],
    ['{"format":"segue.clip/1","nodes":[{"id"', "broken"],
  ])("says of other text what it is: %s", (text, what) => {
    expect(fromText(text)).toBe(what);
  });

  it("reads whole flows as well", () => {
    const text = '{"format":"segue.flow/1","nodes":[{"id":"a","key":"a","type":"t"}]}';
    expect(fromText(text)).toMatchObject({ nodes: [{ name: "a", params: {} }] });
  });
});

describe("outline", () => {
  it("lists steps in running order and looks back from the nearest", () => {
    const mixed = graph([...line.nodes].reverse(), line.edges);
    expect(outline(mixed, CATALOGUE).map((other) => other.id)).toEqual(["s", "a", "b"]);
    expect(upstream(mixed, CATALOGUE, "b").map((other) => other.id)).toEqual(["a", "s"]);
  });

  it("follows wires by arrow keys", () => {
    expect(neighbour(line, "s", "right")?.id).toBe("a");
    expect(neighbour(line, "s", "left")).toBeNull();
  });

  it("survives a circle without a Repeat", () => {
    const round = graph([node("a"), node("b")], [edge("a", "b"), edge("b", "a")]);
    expect(outline(round, CATALOGUE)).toHaveLength(2);
  });
});

describe("tidying", () => {
  it("lays steps out from left to right and is one undo", () => {
    const heap = graph(
      line.nodes.map((other) => ({ ...other, position: { x: 0, y: 0 } })),
      line.edges,
    );
    const applied = apply(heap, tidy(heap, CATALOGUE, new Map()));
    const [s, a, b] = applied.graph.nodes.map((other) => other.position.x);
    expect(s).toBeLessThan(a ?? 0);
    expect(a).toBeLessThan(b ?? 0);
    expect(apply(applied.graph, applied.inverse).graph).toEqual(heap);
  });
});

describe("exits that a person names", () => {
  const exits = [
    { id: "exit_a", name: "Large" },
    { id: "exit_b", name: "" },
  ];
  const parting = node("p", { type: "parting", params: { exits } });
  const flow = graph(
    [parting, node("a"), node("b")],
    [edge("p", "a", { source_port: "exit_a" }), edge("p", "b", { source_port: "exit_b" })],
  );
  const changed = (params: typeof parting.params) =>
    apply(flow, setParams(flow, CATALOGUE, parting, params));

  it("carry their names, or their numbers while they have none", () => {
    expect(outputsOf(parting, PARTING).map(({ name, label }) => [name, label])).toEqual([
      ["exit_a", "Large"],
      ["exit_b", "2"],
      ["otherwise", "Otherwise"],
    ]);
  });

  it("keep their wires when they are renamed or change places", () => {
    const renamed = [
      { id: "exit_b", name: "Small" },
      { id: "exit_a", name: "Huge" },
    ];
    expect(changed({ exits: renamed }).graph.edges).toEqual(flow.edges);
  });

  it("take their wires along when they go, and bring them back by undo", () => {
    const { graph: after, inverse } = changed({ exits: exits.slice(1) });
    expect(after.edges).toEqual(flow.edges.slice(1));
    expect(apply(after, inverse).graph).toEqual(flow);
  });

  it("can be left without the one for the rest, but never without any", () => {
    const names = (params: typeof parting.params) =>
      outputsOf({ ...parting, params }, PARTING).map((port) => port.name);
    expect(names({ exits, otherwise: false })).toEqual(["exit_a", "exit_b"]);
    expect(names({ exits: [], otherwise: false })).toEqual(["otherwise"]);
  });
});
