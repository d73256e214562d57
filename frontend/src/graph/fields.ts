/** Reads a type's JSON Schema as a list of form fields. Knows kinds, never step types. */
import type { NodeType } from "./catalogue";
import { freshId, isObject, type Json, type JsonObject } from "./document";

export const FIELD_KINDS = [
  "text",
  "multiline",
  "code",
  "number",
  "integer",
  "boolean",
  "choice",
  "duration",
  "json",
  "key_values",
  "assignments",
  "list",
  "rows",
  "conditions",
  "credential",
  "model",
  "prompt",
  "flow",
  "schema",
  "table",
  "collection",
  "webhook_path",
  "offers",
] as const;

export type FieldKind = (typeof FIELD_KINDS)[number];

export type FieldSpec = {
  name: string;
  kind: FieldKind;
  label: string;
  help: string;
  placeholder: string;
  /** Of a connection: for calls that come "in", else for those that go out. */
  direction?: string;
  advanced: boolean;
  section: string;
  showIf: { field: string; in: Json[] } | null;
  templates: boolean;
  required: boolean;
  nullable: boolean;
  choices: { value: Json; label: string }[];
  minimum: number | null;
  maximum: number | null;
  defaultValue: Json | undefined;
  language: string;
  /** For `rows`: the fields of one row. */
  columns: FieldSpec[];
  /** For a field of a row: not shown, each new row gets a value of its own that begins so. */
  fresh: string;
  /** Of a prompt of the library: which fields it takes the place of. */
  fills?: { text: string; system: string };
};

export function fieldsOf(type: NodeType): FieldSpec[] {
  const defs = isObject(type.params_schema.$defs) ? type.params_schema.$defs : {};
  return fieldsIn(type.params_schema, defs, type.default_params);
}

function fieldsIn(form: JsonObject, defs: JsonObject, defaults: JsonObject): FieldSpec[] {
  const { properties, required } = form;
  if (!isObject(properties)) return [];
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, schema]) =>
    isObject(schema)
      ? [fieldOf(name, schema, defs, names.includes(name), defaults[name] ?? schema.default)]
      : [],
  );
}

function fieldOf(
  name: string,
  schema: JsonObject,
  defs: JsonObject,
  required: boolean,
  defaultValue: Json | undefined,
): FieldSpec {
  const { inner, nullable } = unwrapped(schema, defs);
  const text = (key: string): string => (typeof schema[key] === "string" ? schema[key] : "");
  const limit = (...keys: string[]): number | null => {
    for (const key of keys) {
      const value = schema[key] ?? inner[key];
      if (typeof value === "number") return value;
    }
    return null;
  };
  return {
    name,
    kind: kindOf(schema, inner),
    label: text("x-label") || text("title") || name,
    help: text("x-help") || text("description"),
    placeholder: text("x-placeholder"),
    direction: text("x-direction"),
    advanced: schema["x-advanced"] === true,
    section: text("x-section"),
    showIf: showIfOf(schema["x-show-if"]),
    templates: schema["x-templates"] !== false,
    required,
    nullable,
    choices: choicesOf(schema, inner),
    minimum: limit("minimum", "exclusiveMinimum"),
    maximum: limit("maximum", "exclusiveMaximum"),
    defaultValue,
    language: text("x-language") || "python",
    columns: columnsOf(schema, inner, defs),
    fresh: text("x-fresh"),
    fills: fillsOf(schema["x-fills"]),
  };
}

/** Follows `$ref`, a single `allOf` and "this or null" to the schema that says what the value is. */
function unwrapped(schema: JsonObject, defs: JsonObject): { inner: JsonObject; nullable: boolean } {
  if (typeof schema.$ref === "string") {
    const target = defs[schema.$ref.replace(/^#\/\$defs\//, "")];
    return { inner: isObject(target) ? target : {}, nullable: false };
  }
  const only = Array.isArray(schema.allOf) ? schema.allOf[0] : undefined;
  if (isObject(only)) return unwrapped(only, defs);
  if (!Array.isArray(schema.anyOf)) return { inner: schema, nullable: false };
  const options = schema.anyOf.filter(isObject);
  const value = options.find((option) => option.type !== "null");
  const nullable = options.some((option) => option.type === "null");
  return { inner: value ? unwrapped(value, defs).inner : {}, nullable };
}

function kindOf(schema: JsonObject, inner: JsonObject): FieldKind {
  const kind = FIELD_KINDS.find((known) => known === schema["x-kind"]);
  if (kind) return kind;
  if (Array.isArray(inner.enum)) return "choice";
  if (inner.type === "boolean" || inner.type === "number" || inner.type === "integer") {
    return inner.type;
  }
  return inner.type === "string" ? "text" : "json";
}

function columnsOf(schema: JsonObject, inner: JsonObject, defs: JsonObject): FieldSpec[] {
  if (schema["x-kind"] !== "rows" || !isObject(inner.items)) return [];
  return fieldsIn(unwrapped(inner.items, defs).inner, defs, {});
}

/** A new row, with identifiers that none of the others has. What has no default is left open. */
export function blankRow(spec: FieldSpec, rows: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(
    spec.columns.flatMap((column): [string, Json][] => {
      const usual = column.defaultValue;
      if (!column.fresh) return usual === undefined ? [] : [[column.name, structuredClone(usual)]];
      const taken = new Set(rows.map((row) => String(row[column.name])));
      return [[column.name, freshId(column.fresh, taken)]];
    }),
  );
}

function choicesOf(schema: JsonObject, inner: JsonObject): { value: Json; label: string }[] {
  const labels = isObject(schema["x-choices"]) ? schema["x-choices"] : {};
  const entries = isObject(inner.items) ? inner.items.enum : undefined;
  const values =
    schema.enum ?? inner.enum ?? entries ?? (inner.const !== undefined ? [inner.const] : null);
  const all = Array.isArray(values) ? values : Object.keys(labels);
  return all
    .filter((value) => value !== null)
    .map((value) => {
      const label = labels[String(value)];
      return { value, label: typeof label === "string" ? label : readableName(String(value)) };
    });
}

/** `when_finished` as *When finished*; words in capitals (GET) stay. */
function readableName(value: string): string {
  const words = value.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function fillsOf(said: Json | undefined): { text: string; system: string } {
  const part = (name: string): string =>
    isObject(said) && typeof said[name] === "string" ? said[name] : "";
  return { text: part("text"), system: part("system") };
}

function showIfOf(rule: Json | undefined): { field: string; in: Json[] } | null {
  if (!isObject(rule) || typeof rule.field !== "string" || !Array.isArray(rule.in)) return null;
  return { field: rule.field, in: rule.in };
}

export function currentValue(spec: FieldSpec, params: JsonObject): Json {
  return params[spec.name] ?? spec.defaultValue ?? null;
}

export function isShown(spec: FieldSpec, all: readonly FieldSpec[], params: JsonObject): boolean {
  const rule = spec.showIf;
  if (!rule) return true;
  const other = all.find((field) => field.name === rule.field);
  const value = other ? currentValue(other, params) : (params[rule.field] ?? null);
  return rule.in.some((wanted) => wanted === value);
}

export type Section = { title: string; fields: FieldSpec[] };

/** Visible fields by section, those for experts apart. */
export function sectionsOf(
  all: readonly FieldSpec[],
  params: JsonObject,
): { sections: Section[]; advanced: FieldSpec[] } {
  const shown = all.filter((spec) => isShown(spec, all, params));
  const sections: Section[] = [];
  for (const spec of shown.filter((field) => !field.advanced)) {
    const last = sections.find((section) => section.title === spec.section);
    if (last) last.fields.push(spec);
    else sections.push({ title: spec.section, fields: [spec] });
  }
  return { sections, advanced: shown.filter((field) => field.advanced) };
}

export function isFormula(value: Json | undefined): value is { $formula: string } {
  return isObject(value) && typeof value.$formula === "string";
}

/** The text a person edits for a value: a formula begins with `=`, as in a spreadsheet. */
export function textOf(value: Json): string {
  if (value === null) return "";
  if (isFormula(value)) return `=${value.$formula}`;
  if (isObject(value) && "$literal" in value) return textOf(value.$literal ?? null);
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function fromText(text: string): Json {
  return text.startsWith("=") ? { $formula: text.slice(1) } : text;
}

export function usesData(value: Json): boolean {
  return isFormula(value) || (typeof value === "string" && value.includes("{{"));
}

const ASKED_KINDS: ReadonlySet<FieldKind> = new Set(["conditions", "assignments", "rows"]);

/** The first setting that a fresh step needs a person for, or null. */
export function firstEmpty(type: NodeType, params: JsonObject): string | null {
  const all = fieldsOf(type);
  const open = all.find(
    (spec) =>
      (spec.required || ASKED_KINDS.has(spec.kind)) &&
      isShown(spec, all, params) &&
      isEmpty(currentValue(spec, params)),
  );
  return open?.name ?? null;
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value) && Array.isArray(value.rows)) return value.rows.length === 0;
  return value === null || value === "";
}
