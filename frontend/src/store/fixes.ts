/** The one-click remedies that the server proposes with a problem. */
import type { Issue } from "@/api/types";
import { CONTINUE_PORT } from "@/graph/catalogue";
import type { Change } from "@/graph/commands";
import type { Edge, Json } from "@/graph/document";
import { possibleKey, uniqueKey } from "@/graph/keys";
import { addStepAt, programFields, removeItems, setParams, setPolicy } from "@/graph/operations";
import { pieces, renameInObject } from "@/graph/templates";
import { i18n } from "@/i18n";
import { useEditor } from "./editor";
import { useUi } from "./ui";

export function canFix(issue: Issue): boolean {
  return changeFor(issue) !== null || wayFor(issue) !== null;
}

/** Mends it as one change that undo takes back, or leads to where a person has to decide. */
export function fixIssue(issue: Issue): void {
  const change = changeFor(issue);
  if (change) useEditor.getState().change(change);
  else wayFor(issue)?.();
}

/** The words on the button: the server's own, else those for this kind of remedy. */
export function fixWords(issue: Issue): string {
  if (!issue.action) return "";
  const { kind, label } = issue.action;
  return typeof label === "string" ? label : i18n.t(`fix.${kind}`);
}

/** Shows the step, and opens it at the setting in question. */
export function goToIssue(issue: Issue, field = issue.field): void {
  const step = useEditor.getState().draft.nodes.find((node) => node.id === issue.node);
  if (!step) return;
  const ui = useUi.getState();
  ui.showDialog(null);
  useEditor.getState().select([step.id]);
  ui.revealStep(step.id);
  if (field !== null && field !== "wires") ui.openStep(step.id, field);
}

function wayFor(issue: Issue): (() => void) | null {
  const ui = useUi.getState();
  switch (issue.action?.kind) {
    case "add_step":
      return () => {
        ui.showDialog(null);
        ui.togglePalette(true);
      };
    case "open_field": {
      const { field } = issue.action;
      return issue.node
        ? () => goToIssue(issue, typeof field === "string" ? field : issue.field)
        : null;
    }
    default:
      return null;
  }
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
    case "rename_reference":
      return withReference(issue);
    case "set_policy":
      return withPolicy(issue);
    case "reset_policy":
      return issue.node ? setPolicy(issue.node, {}) : null;
    case "remove_param":
      return withoutParam(issue);
    case "remove_step":
      return withoutStep(issue);
    default:
      return null;
  }
}

function renamed(issue: Issue): Change | null {
  const { draft } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  if (!node) return null;
  const others = new Set(draft.nodes.filter((o) => o !== node).map((other) => other.key));
  const wish = typeof issue.action?.key === "string" ? issue.action.key : possibleKey(node.key);
  return { kind: "update", of: "nodes", id: node.id, set: { key: uniqueKey(wish, others) } };
}

function withParam(issue: Issue, value: Json): Change | null {
  const { draft, catalogue } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  if (!node || !issue.field || issue.field.includes(".")) return null;
  return setParams(draft, catalogue, node, { ...node.params, [issue.field]: value });
}

function withReference(issue: Issue): Change | null {
  const { draft, catalogue } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  const from = issue.action?.from;
  const to = issue.action?.to;
  if (!node || typeof from !== "string" || typeof to !== "string") return null;
  const params = renameInObject(node.params, from, to, programFields(catalogue.of(node)));
  return params === node.params
    ? null
    : { kind: "update", of: "nodes", id: node.id, set: { params } };
}

/** One setting of *When it fails*; the others stay as the person set them. */
function withPolicy(issue: Issue): Change | null {
  const node = useEditor.getState().draft.nodes.find((other) => other.id === issue.node);
  const value = issue.action?.value;
  if (!node || typeof value !== "number") return null;
  switch (issue.action?.field) {
    case "retry.attempts":
      return setPolicy(node.id, {
        ...node.policy,
        retry: { ...node.policy.retry, attempts: value },
      });
    case "timeout_seconds":
      return setPolicy(node.id, { ...node.policy, timeout_seconds: value });
    default:
      return null;
  }
}

function withoutParam(issue: Issue): Change | null {
  const { draft, catalogue } = useEditor.getState();
  const node = draft.nodes.find((other) => other.id === issue.node);
  const field = issue.field ?? "";
  if (!node || !(field in node.params)) return null;
  const { [field]: _, ...params } = node.params;
  return setParams(draft, catalogue, node, params);
}

function withoutStep(issue: Issue): Change | null {
  const { draft, catalogue } = useEditor.getState();
  if (!draft.nodes.some((node) => node.id === issue.node) || !issue.node) return null;
  return removeItems(draft, catalogue, new Set([issue.node]));
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
