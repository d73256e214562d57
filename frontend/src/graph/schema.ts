/** What fields data has, of which kinds, with an example of each: read from the data itself. */
import { isObject, type Json } from "./document";

export type Kind = "string" | "number" | "boolean" | "null" | "object" | "array";
export type SchemaRow = {
  /** As the template language needs it; entries of a list are shown by their first place. */
  path: (string | number)[];
  name: string;
  kinds: Kind[];
  /** The first value that is not empty; of groups and lists none. */
  example: Json;
  /** Not every item (or entry) has it. */
  sometimes: boolean;
};

const DEPTH = 5;
const MOST = 300;

export function kindOf(value: Json): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

/** Rows in the order in which fields first come, a field's own fields right after it. */
export function schemaOf(values: readonly Json[]): SchemaRow[] {
  const rows: SchemaRow[] = [];
  visit(values, [], rows);
  return rows;
}

function visit(values: readonly Json[], path: (string | number)[], rows: SchemaRow[]): void {
  if (path.length >= DEPTH) return;
  const groups = values.filter(isObject);
  const names = new Set(groups.flatMap((group) => Object.keys(group)));
  for (const name of names) {
    if (rows.length >= MOST) return;
    const found = groups.flatMap((group) => (name in group ? [group[name] ?? null] : []));
    const here = [...path, name];
    rows.push({
      path: here,
      name,
      kinds: [...new Set(found.map(kindOf))],
      example: found.find((value) => !isBranchOrEmpty(value)) ?? null,
      sometimes: found.length < values.length,
    });
    visit(found.filter(isObject), here, rows);
    visit(
      found.flatMap((value) => (Array.isArray(value) ? value : [])),
      [...here, 0],
      rows,
    );
  }
}

function isBranchOrEmpty(value: Json): boolean {
  return value === null || value === "" || typeof value === "object";
}
