/** Looks into sample and run data: rows for a tree, columns for a table, paths for completion. */
import { isObject, type Json } from "./document";
import { writePath } from "./templates";

export type Path = readonly (string | number)[];
export type Entry = { name: string | number; value: Json };

export function entriesOf(value: Json): Entry[] {
  if (Array.isArray(value)) return value.map((entry, index) => ({ name: index, value: entry }));
  if (isObject(value))
    return Object.entries(value).map(([name, entry]) => ({ name, value: entry }));
  return [];
}

export function isBranch(value: Json): boolean {
  return typeof value === "object" && value !== null && entriesOf(value).length > 0;
}

/** A value in a few words. */
export function glimpse(value: Json, limit = 60): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** Whether words stand anywhere in a value, as a name or as text; capitals do not count. */
export function matches(value: Json, words: string): boolean {
  const wanted = words.toLocaleLowerCase();
  const visit = (current: Json): boolean => {
    if (Array.isArray(current)) return current.some(visit);
    if (isObject(current)) {
      return Object.entries(current).some(
        ([name, inner]) => name.toLocaleLowerCase().includes(wanted) || visit(inner),
      );
    }
    return String(current).toLocaleLowerCase().includes(wanted);
  };
  return visit(value);
}

/** Only what contains the words; undefined where nothing does. Lists stay whole: places count. */
export function pruned(value: Json, words: string): Json | undefined {
  if (!matches(value, words)) return undefined;
  if (!isObject(value)) return value;
  const wanted = words.toLocaleLowerCase();
  const kept: { [name: string]: Json } = {};
  for (const [name, inner] of Object.entries(value)) {
    const found = name.toLocaleLowerCase().includes(wanted) ? inner : pruned(inner, words);
    if (found !== undefined) kept[name] = found;
  }
  return kept;
}

/** Column names of a list of objects, in the order in which they first come. */
export function columnsOf(rows: readonly Json[], limit = 30): string[] {
  const names = new Set<string>();
  for (const row of rows) {
    if (isObject(row)) for (const name of Object.keys(row)) names.add(name);
  }
  return [...names].slice(0, limit);
}

/** All paths into a value, as the template language writes them; deep and long data is cut. */
export function pathsOf(root: string, value: Json, depth = 4): string[] {
  const found: string[] = [];
  const visit = (current: Json, path: (string | number)[]): void => {
    found.push(writePath(root, path));
    if (path.length >= depth || found.length > 400) return;
    const entries = entriesOf(current);
    const shown = Array.isArray(current) ? entries.slice(0, 1) : entries;
    for (const entry of shown) visit(entry.value, [...path, entry.name]);
  };
  visit(value, []);
  return found;
}
