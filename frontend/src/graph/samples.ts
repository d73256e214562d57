/** Sample data of a step before its first run, from its type's examples. */
import type { Catalogue, NodeType } from "./catalogue";
import { type FlowNode, type Graph, isObject, type Json } from "./document";
import { upstream } from "./outline";

export function sampleOf(node: FlowNode, type: NodeType | undefined): Json | null {
  if (!type) return null;
  // What a person wrote down as sample data of a trigger says more than the type's own.
  const written = type.trigger ? node.params.sample : undefined;
  if (written !== undefined && written !== null && written !== "") return written;
  if (type.output_sample !== null && type.output_sample !== undefined) return type.output_sample;
  for (const example of type.examples) {
    const { output } = example;
    if (!isObject(output as Json)) continue;
    const [first] = Object.values(output as { [port: string]: Json });
    const item = Array.isArray(first) ? first[0] : undefined;
    if (item !== undefined) return isObject(item) && "json" in item ? (item.json ?? null) : item;
  }
  return null;
}

/** The same, where a step passes its input on: the nearest earlier step that has a sample. */
export function sampleThrough(graph: Graph, catalogue: Catalogue, node: FlowNode): Json | null {
  const own = sampleOf(node, catalogue.of(node));
  if (own !== null && !handsOn(catalogue.of(node))) return own;
  for (const earlier of upstream(graph, catalogue, node.id)) {
    const type = catalogue.of(earlier);
    const sample = handsOn(type) ? null : sampleOf(earlier, type);
    if (sample !== null) return sample;
  }
  return own;
}

/** Whether its items are those that came in, so that its own example says nothing of them. */
function handsOn(type: NodeType | undefined): boolean {
  return type !== undefined && (type.routes || type.passes);
}
