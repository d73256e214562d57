/** Finds words in a flow: in names, notes and settings, inserted data too. */
import type { Catalogue } from "./catalogue";
import { glimpse } from "./data";
import { type Graph, isObject, type Json } from "./document";
import { fieldsOf } from "./fields";
import { outline } from "./outline";

export type Hit = {
  /** The step or note. */
  id: string;
  /** What it is called; empty for a note. */
  name: string;
  /** The setting; null where the name itself was found. */
  field: string | null;
  label: string;
  text: string;
};

export function findInFlow(graph: Graph, catalogue: Catalogue, query: string): Hit[] {
  const words = query.trim().toLocaleLowerCase();
  if (!words) return [];
  const has = (text: string) => text.toLocaleLowerCase().includes(words);
  const steps = outline(graph, catalogue).flatMap((node): Hit[] => {
    const type = catalogue.of(node);
    const labels = new Map(type ? fieldsOf(type).map((spec) => [spec.name, spec.label]) : []);
    const named = has(node.name) || has(node.key) || has(type?.name ?? "");
    const name = { id: node.id, name: node.name };
    const settings = Object.entries(node.params).flatMap(([field, value]): Hit[] => {
      const text = textsIn(value).find(has);
      if (text === undefined) return [];
      return [{ ...name, field, label: labels.get(field) ?? field, text: around(text, words) }];
    });
    const own: Hit = { ...name, field: null, label: "", text: type?.name ?? "" };
    return named ? [own, ...settings] : settings;
  });
  const notes = graph.notes
    .filter((note) => has(note.text))
    .map(({ id, text }) => ({ id, name: "", field: null, label: "", text: around(text, words) }));
  return [...steps, ...notes];
}

function textsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isObject(value)) return Object.values(value).flatMap(textsIn);
  return value === null || typeof value === "boolean" ? [] : [String(value)];
}

/** A few words of a long text, with the place that was found among them. */
function around(text: string, words: string): string {
  const at = text.toLocaleLowerCase().indexOf(words);
  const from = Math.max(0, at - 20);
  return (from > 0 ? "…" : "") + glimpse(text.slice(from).replace(/\s+/g, " "), 70);
}
