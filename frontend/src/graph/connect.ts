/** Which wires may be drawn. Gives a reason, never just "no". The server remains the judge. */
import { type Catalogue, CONTINUE_PORT, inputsOf, outputsOf } from "./catalogue";
import { type Edge, type Graph, nodeById, sameEdge } from "./document";
import { toolRefusal } from "./tools";

export type Refusal =
  | "unknown_step"
  | "self"
  | "duplicate"
  | "no_entrance"
  | "no_exit"
  | "taken"
  | "no_tool"
  | "is_tool"
  | "cycle";

export type Verdict = { ok: true } | { ok: false; reason: Refusal };

const YES: Verdict = { ok: true };
const no = (reason: Refusal): Verdict => ({ ok: false, reason });

export function canConnect(graph: Graph, catalogue: Catalogue, edge: Edge): Verdict {
  const source = nodeById(graph, edge.source);
  const target = nodeById(graph, edge.target);
  if (!source || !target) return no("unknown_step");
  if (source === target && !entersFromBehind(graph, catalogue, edge)) return no("self");
  const exits = outputsOf(source, catalogue.of(source));
  if (!exits.some((port) => port.name === edge.source_port)) return no("no_exit");
  const entrance = inputsOf(target, catalogue.of(target)).find(
    (port) => port.name === edge.target_port,
  );
  if (!entrance) return no("no_entrance");
  if (graph.edges.some((other) => sameEdge(other, edge))) return no("duplicate");
  if (entrance.multiple === false && graph.edges.some((other) => sameEntrance(other, edge))) {
    return no("taken");
  }
  const refusal = toolRefusal(graph, edge, catalogue.of(target));
  if (refusal) return no(refusal);
  if (entersFromBehind(graph, catalogue, edge)) return YES;
  return reaches(graph, catalogue, edge.target, edge.source) ? no("cycle") : YES;
}

function sameEntrance(a: Edge, b: Edge): boolean {
  return a.target === b.target && a.target_port === b.target_port;
}

/** True for the one legal way round: a wire into *continue* of a Repeat. */
export function entersFromBehind(graph: Graph, catalogue: Catalogue, edge: Edge): boolean {
  if (edge.target_port !== CONTINUE_PORT) return false;
  const target = nodeById(graph, edge.target);
  return target ? catalogue.of(target)?.loop === true : false;
}

/** Whether `to` can be reached from `from` over forward wires. */
export function reaches(graph: Graph, catalogue: Catalogue, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of graph.edges) {
      if (edge.source === id && !entersFromBehind(graph, catalogue, edge)) open.push(edge.target);
    }
  }
  return false;
}

/** Every wire that may still be drawn from a step, in the order of its exits. */
export function possibleWires(graph: Graph, catalogue: Catalogue, id: string): Edge[] {
  const source = nodeById(graph, id);
  if (!source) return [];
  return outputsOf(source, catalogue.of(source)).flatMap((exit) =>
    graph.nodes.flatMap((target) =>
      inputsOf(target, catalogue.of(target))
        .map(({ name }) => ({
          source: id,
          source_port: exit.name,
          target: target.id,
          target_port: name,
        }))
        .filter((edge) => canConnect(graph, catalogue, edge).ok),
    ),
  );
}
