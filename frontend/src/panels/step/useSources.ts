/** What a step can use: every earlier step with real data of the last run, else with a sample. */
import { useMemo } from "react";
import { useFirstItems, useStepRun } from "@/api/data";
import { usePins } from "@/api/pins";
import type { Source } from "@/form/context";
import type { FlowNode, JsonObject } from "@/graph/document";
import { upstream } from "@/graph/outline";
import { sampleThrough } from "@/graph/samples";
import { isEditable, shownGraph, useEditor } from "@/store/editor";

export function useSources(node: FlowNode): { sources: Source[]; sample: JsonObject } {
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  const run = useStepRun(node.key);
  const before = useMemo(
    () => upstream(graph, catalogue, node.id).slice(0, 15),
    [graph, catalogue, node.id],
  );
  const items = useFirstItems(run, before);
  const pins = usePins();
  const editable = useEditor(isEditable);
  return useMemo(() => {
    const sources = before.map((step): Source => {
      const type = catalogue.of(step);
      const item = (editable ? pins.get(step.id)?.first?.json : undefined) ?? items.get(step.key);
      return {
        key: step.key,
        name: step.name,
        icon: type?.icon ?? "box",
        family: type?.family ?? "",
        value: item ?? sampleThrough(graph, catalogue, step),
        real: item !== undefined,
      };
    });
    const sample: JsonObject = { input: sources[0]?.value ?? {} };
    for (const source of sources) sample[source.key] = source.value;
    return { sources, sample };
  }, [before, items, pins, editable, graph, catalogue]);
}
