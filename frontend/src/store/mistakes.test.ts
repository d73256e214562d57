/**
 * The common mistakes of tests/data/mistakes.json, mended by their button as a person mends them.
 * The server's own tests say of the same table what the problem reads like, and that it is gone.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CatalogueData, Issue } from "@/api/types";
import { Catalogue } from "@/graph/catalogue";
import type { Graph } from "@/graph/document";
import { useEditor } from "./editor";
import { canFix, fixIssue } from "./fixes";

type Mistake = { mistake: string; graph: Graph; issue: Issue; mended?: Graph };
type Table = { types: CatalogueData["node_types"]; mistakes: Mistake[] };

const table: Table = JSON.parse(readFileSync("../tests/data/mistakes.json", "utf-8"));
const catalogue = new Catalogue({
  node_types: table.types,
  filters: [],
  formula_helpers: [],
  operators: [],
  error_classes: [],
});

function open({ graph, issue }: Mistake): void {
  useEditor.getState().open({
    flowId: "f",
    flowName: "Flow",
    catalogue,
    graph: structuredClone(graph),
    revision: 1,
    issues: [issue],
    readOnly: false,
  });
}

/** What a flow does, whatever the steps that were added are called inside and where they stand. */
function meaning(graph: Graph, known: Graph) {
  const ids = new Set(known.nodes.map((node) => node.id));
  const name = (id: string) => (ids.has(id) ? id : "new");
  return {
    nodes: graph.nodes.map(({ id, key, type, params, policy }) => ({
      id: name(id),
      key,
      type,
      params,
      policy,
    })),
    edges: graph.edges
      .map((e) => `${name(e.source)}.${e.source_port}>${name(e.target)}.${e.target_port}`)
      .sort(),
  };
}

describe("a common mistake", () => {
  const mending = table.mistakes.filter((one) => one.mended);

  it("is mended by a button in at least 25 cases of 40", () => {
    expect(table.mistakes.length).toBeGreaterThanOrEqual(40);
    expect(mending.length).toBeGreaterThanOrEqual(25);
  });

  it.each(mending.map((one) => [one.mistake, one] as const))("%s", (_, one) => {
    open(one);
    expect(canFix(one.issue)).toBe(true);
    fixIssue(one.issue);
    const { draft } = useEditor.getState();
    expect(meaning(draft, one.graph)).toEqual(meaning(one.mended as Graph, one.graph));
    useEditor.getState().undo();
    const back = meaning(useEditor.getState().draft, one.graph);
    const before = meaning(one.graph, one.graph);
    expect(back.nodes).toEqual(before.nodes);
    // Of two wires between the same places only one can be drawn again.
    expect(new Set(back.edges)).toEqual(new Set(before.edges));
  });
});
