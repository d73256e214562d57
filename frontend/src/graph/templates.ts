/** Reads `{{ path }}` templates for chips and for renaming. Evaluates nothing: the server does. */
import { isObject, type Json, type JsonObject } from "./document";

export type Piece = { kind: "text"; text: string } | { kind: "chip"; text: string; inner: string };

const CHIP = /\{\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?!\}\})[\s\S])*)\}\}/g;

export function chipPattern(): RegExp {
  return new RegExp(CHIP.source, "g");
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(CHIP)) {
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push({ kind: "chip", text: match[0], inner: (match[1] ?? "").trim() });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

export type ChipPath = { root: string; path: string[]; tail: string };

const SEGMENT = /^(?:\.([A-Za-z_]\w*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\])/;

/** `a.b[0]["c d"] | upper` as root `a`, path b, 0, "c d" and the tail `| upper`. */
export function parsePath(inner: string): ChipPath | null {
  const root = /^[A-Za-z_]\w*/.exec(inner)?.[0];
  if (!root) return null;
  const path: string[] = [];
  let rest = inner.slice(root.length);
  for (let match = SEGMENT.exec(rest); match; match = SEGMENT.exec(rest)) {
    path.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
    rest = rest.slice(match[0].length);
  }
  return { root, path, tail: rest.trim() };
}

/** Writes a path as the template language wants it: names by dot, everything else in brackets. */
export function writePath(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return /^[A-Za-z_]\w*$/.test(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`;
  }, root);
}

export function asTemplate(root: string, path: readonly (string | number)[]): string {
  return `{{ ${writePath(root, path)} }}`;
}

const TOKEN =
  /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_]\w*)|([.|])|(\s+)|([^\s\w"'.|]+|\d[\w.]*)/g;

/** Renames a root name in one expression, leaving strings, attributes and filter names alone. */
export function renameRoot(expression: string, from: string, to: string): string {
  let previous = "";
  return expression.replace(TOKEN, (token: string, text, name, _punctuation, space) => {
    const isRoot = name === from && previous !== "." && previous !== "|";
    if (!space) previous = text ? "" : token;
    return isRoot ? to : token;
  });
}

function renameInText(text: string, from: string, to: string): string {
  return text.replace(CHIP, (whole: string, inner: string) => {
    const renamed = renameRoot(inner, from, to);
    return renamed === inner ? whole : `{{${renamed}}}`;
  });
}

/** Renames references everywhere in a value. Data under `$literal` is data and stays. */
export function renameInValue(value: Json, from: string, to: string): Json {
  if (typeof value === "string") return renameInText(value, from, to);
  if (Array.isArray(value)) {
    const renamed = value.map((entry) => renameInValue(entry, from, to));
    return renamed.some((entry, index) => entry !== value[index]) ? renamed : value;
  }
  if (!isObject(value)) return value;
  if ("$literal" in value) return value;
  if (typeof value.$formula === "string") {
    const formula = renameRoot(value.$formula, from, to);
    return formula === value.$formula ? value : { ...value, $formula: formula };
  }
  return renameInObject(value, from, to, new Set());
}

/** The same for a step's settings; fields in `skip` (program text) are left alone. */
export function renameInObject(
  value: JsonObject,
  from: string,
  to: string,
  skip: ReadonlySet<string>,
): JsonObject {
  let changed = false;
  const next: JsonObject = {};
  for (const [name, entry] of Object.entries(value)) {
    const renamed = skip.has(name) ? entry : renameInValue(entry, from, to);
    changed ||= renamed !== entry;
    next[name] = renamed;
  }
  return changed ? next : value;
}

/** Every root name that a value refers to. */
export function rootsIn(value: Json): Set<string> {
  const roots = new Set<string>();
  const visit = (entry: Json): void => {
    if (typeof entry === "string") {
      for (const piece of pieces(entry)) {
        const root = piece.kind === "chip" ? parsePath(piece.inner)?.root : undefined;
        if (root) roots.add(root);
      }
    } else if (Array.isArray(entry)) entry.forEach(visit);
    else if (isObject(entry) && !("$literal" in entry)) Object.values(entry).forEach(visit);
  };
  visit(value);
  return roots;
}
