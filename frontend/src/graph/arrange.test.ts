import { expect, it } from "vitest";
import { type Arrangement, arrange } from "./arrange";
import { apply } from "./commands";
import { emptyGraph, type FlowNode, type Graph } from "./document";

const step = (id: string, x: number, y: number): FlowNode => ({
  id,
  key: id,
  name: id,
  type: "t",
  version: 1,
  params: {},
  policy: {},
  position: { x, y },
  disabled: false,
});
const graph: Graph = {
  ...emptyGraph(),
  nodes: [step("a", 0, 0), step("b", 250, 100), step("c", 1000, 40), step("d", -500, 0)],
};
const sizes = new Map([["b", { width: 220, height: 164 }]]);
const places = (how: Arrangement, ids = ["a", "b", "c"]) => {
  const { graph: next } = apply(graph, arrange(graph, new Set(ids), how, sizes));
  return next.nodes.map(({ position }) => [position.x, position.y]);
};

it.each<[Arrangement, number[][]]>([
  [
    "left",
    [
      [0, 0],
      [0, 100],
      [0, 40],
      [-500, 0],
    ],
  ],
  [
    "right",
    [
      [1000, 0],
      [1000, 100],
      [1000, 40],
      [-500, 0],
    ],
  ],
  [
    "centre",
    [
      [500, 0],
      [500, 100],
      [500, 40],
      [-500, 0],
    ],
  ],
  [
    "top",
    [
      [0, 0],
      [250, 0],
      [1000, 0],
      [-500, 0],
    ],
  ],
  [
    "bottom",
    [
      [0, 200],
      [250, 100],
      [1000, 200],
      [-500, 0],
    ],
  ],
  [
    "middle",
    [
      [0, 100],
      [250, 50],
      [1000, 100],
      [-500, 0],
    ],
  ],
  [
    "across",
    [
      [0, 0],
      [500, 100],
      [1000, 40],
      [-500, 0],
    ],
  ],
  [
    "down",
    [
      [0, 0],
      [250, 100],
      [1000, 50],
      [-500, 0],
    ],
  ],
])("arranges the selected steps: %s", (how, expected) => {
  expect(places(how)).toEqual(expected);
});

it("moves nothing where there is nothing between two", () => {
  expect(arrange(graph, new Set(["a", "c"]), "across", sizes)).toEqual({
    kind: "batch",
    changes: [],
  });
});
