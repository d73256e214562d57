/** The quiet second line of a card, from the type's pattern such as `{method} {url}`. */
import type { NodeType } from "./catalogue";
import { type FlowNode, isObject, type Json } from "./document";
import { parsePath, pieces } from "./templates";
import { isFilled } from "./tools";

export type KeyNames = (key: string) => string;

export function summaryOf(node: FlowNode, type: NodeType | undefined, names: KeyNames): string {
  if (!type?.summary) return "";
  const text = type.summary.replace(/\{(\w+)\}/g, (_, name: string) =>
    shortText(node.params[name] ?? type.default_params[name], names),
  );
  return text.replace(/\s+/g, " ").trim();
}

function shortText(value: Json | undefined, names: KeyNames): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return readable(value, names);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map((entry) => shortText(entry, names)).join(", ");
  if (typeof value.$formula === "string") return `= ${value.$formula}`;
  if (isFilled(value)) return value.$model.trim() || "…";
  if (Array.isArray(value.rows)) return value.rows.map((row) => condition(row, names)).join(", ");
  const called = value.name || value.field_name;
  if (typeof called === "string") return called;
  return isObject(value) ? Object.keys(value).join(", ") : "";
}

function condition(row: Json, names: KeyNames): string {
  if (!isObject(row)) return "";
  if (Array.isArray(row.rows)) return "(…)";
  const operator = String(row.operator ?? "").replaceAll("_", " ");
  return `${shortText(row.left, names)} ${operator} ${shortText(row.right, names)}`.trim();
}

/** Text with its chips written as words: `Fetch order › total`. */
export function readable(text: string, names: KeyNames): string {
  return pieces(text)
    .map((piece) => (piece.kind === "text" ? piece.text : chipLabel(piece.inner, names)))
    .join("");
}

export function chipLabel(inner: string, names: KeyNames): string {
  const parsed = parsePath(inner);
  if (!parsed) return inner;
  const label = [names(parsed.root), ...parsed.path].join(" › ");
  return parsed.tail ? `${label} ${parsed.tail.replace(/^\|\s*/, "· ")}` : label;
}
