/** Finding a kind of step by what a person calls it. */
import type { NodeType } from "./catalogue";

export function searchTypes(types: readonly NodeType[], query: string): NodeType[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...types];
  return types
    .map((type) => ({ type, score: score(type, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ type }) => type);
}

function score(type: NodeType, words: readonly string[]): number {
  const name = type.name.toLowerCase();
  const rest = [type.category, type.help, ...type.keywords].join(" ").toLowerCase();
  let total = 0;
  for (const word of words) {
    const found =
      (name.startsWith(word) && 8) ||
      (name.includes(word) && 5) ||
      (type.keywords.some((keyword) => keyword.toLowerCase().startsWith(word)) && 3) ||
      (rest.includes(word) && 1) ||
      0;
    if (found === 0) return 0;
    total += found;
  }
  return total;
}

export type CategoryGroup = { category: string; types: NodeType[] };

/** Groups in the order in which their first (best) type comes. */
export function byCategory(types: readonly NodeType[]): CategoryGroup[] {
  const groups = new Map<string, NodeType[]>();
  for (const type of types) {
    const group = groups.get(type.category);
    if (group) group.push(type);
    else groups.set(type.category, [type]);
  }
  return [...groups].map(([category, members]) => ({ category, types: members }));
}
