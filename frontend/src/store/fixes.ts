/** The one-click remedies that the server proposes with a problem. */
import type { Issue } from "@/api/types";
import { CONTINUE_PORT } from "@/graph/catalogue";
import type { Change } from "@/graph/commands";
import type { Edge, Json } from "@/graph/document";
import { uniqueKey } from "@/graph/keys";
import { addStepAt, setParams } from "@/graph/operations";
import { pieces } from "@/graph/templates";
import { useEditor } from "./editor";

export function canFix(issue: Issue): boolean {
  return changeFor(issue) !== null;
}

export function fixIssue(issue: Issue): void {
  const change = changeFor(issue);
  if (change) useEditor.getState().change(change);
}

function changeFor(issue: Issue): Change | null {
  switch (issue.action?.kind) {
    case "remove_edge":
      return issue.edge ? { kind: "unwire", edge: issue.edge } : null;
    case "rename_key":
      return renamed(issue);
    case "set_param":
      return withParam(issue, issue.action.value ?? null);
    case "make_formula":
      return asFormula(issue);
    case "insert_repeat":
      return withRepeat(issue);
    default:
      return null;
  }
}

function renamed(issue: Issue): Change | null {
  const { draft } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  if (!node) return null;
  const others = new Set(draft.nodes.filter((o) => o !== node).map((other) => other.key));
  const wish = typeof issue.action?.key === "string" ? issue.action.key : node.key;
  return { kind: "update", of: "nodes", id: node.id, set: { key: uniqueKey(wish, others) } };
}

function withParam(issue: Issue, value: Json): Change | null {
  const { draft, catalogue } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  if (!node || !issue.field || issue.field.includes(".")) return null;
  return setParams(draft, catalogue, node, { ...node.params, [issue.field]: value });
}

/** `{{ a.total * 2 }}` alone in a field becomes the formula `a.total * 2`. */
function asFormula(issue: Issue): Change | null {
  const node = useEditor.getState().draft.nodes.find((other) => other.id === issue.node);
  const value = issue.field ? node?.params[issue.field] : undefined;
  if (typeof value !== "string") return null;
  const [only, ...more] = pieces(value.trim());
  if (only?.kind !== "chip" || more.length > 0) return null;
  return withParam(issue, { $formula: only.inner });
}

/** A wire that goes back enters a new Repeat instead: its *each round* leads to where the wire led. */
function withRepeat(issue: Issue): Change | null {
  const { draft, catalogue } = useEditor.getState();
  const edge = closingWire(draft.edges, issue.action?.nodes ?? null);
  if (!edge) return null;
  const loop = catalogue.types.find((type) => type.loop);
  const each = loop?.outputs[0];
  const start = loop?.inputs.find((port) => port.name !== CONTINUE_PORT);
  if (!loop || !each || !start) return null;
  const end = { node: edge.target, port: edge.target_port, side: "target" as const };
  const made = addStepAt(draft, catalogue, loop, end);
  const before = draft.edges.filter(
    (other) => other.target === edge.target && other.target_port === edge.target_port,
  );
  const rewired = before.flatMap((other): Change[] => {
    const port = other.source === edge.source ? CONTINUE_PORT : start.name;
    return [
      { kind: "unwire", edge: other },
      { kind: "wire", edge: { ...other, target: made.id, target_port: port } },
    ];
  });
  return { kind: "batch", changes: [made.change, ...rewired] };
}

/** The wire from the last step of a circle back to its first. */
function closingWire(edges: readonly Edge[], circle: Json): Edge | undefined {
  if (!Array.isArray(circle)) return undefined;
  return edges.find((edge) => edge.source === circle.at(-1) && edge.target === circle[0]);
}
