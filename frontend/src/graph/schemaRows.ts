/** A JSON Schema of a flat object as rows, and back. What rows cannot say is kept. */
import { isObject, type Json, type JsonObject } from "./document";

export type SchemaRow = { name: string; type: string; description: string; required: boolean };

export function readSchema(value: Json): SchemaRow[] {
  if (Array.isArray(value)) return value.filter(isObject).map(readRow);
  if (!isObject(value) || !isObject(value.properties)) return [];
  const required = Array.isArray(value.required) ? value.required : [];
  return Object.entries(value.properties).map(([name, property]) => ({
    name,
    type: isObject(property) && typeof property.type === "string" ? property.type : "string",
    description:
      isObject(property) && typeof property.description === "string" ? property.description : "",
    required: required.includes(name),
  }));
}

function readRow(row: JsonObject): SchemaRow {
  return {
    name: String(row.name ?? ""),
    type: String(row.type ?? "string"),
    description: String(row.description ?? ""),
    required: row.required !== false,
  };
}

export function writeSchema(rows: readonly SchemaRow[], before: Json): JsonObject {
  const old = isObject(before) ? before : {};
  const known = isObject(old.properties) ? old.properties : {};
  const properties: JsonObject = {};
  for (const row of rows) {
    const earlier = known[row.name];
    const { description: _, ...kept } = isObject(earlier) ? earlier : {};
    const property: JsonObject = { ...kept, type: row.type };
    if (row.description) property.description = row.description;
    properties[row.name] = property;
  }
  const required = rows.filter((row) => row.required).map((row) => row.name);
  return { ...old, type: "object", properties, required };
}
