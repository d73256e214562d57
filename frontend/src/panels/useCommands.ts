/** Everything that can be done here, as a list: what it is called, its keys, what it does. */
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFlowData, useMayRun } from "@/api/queries";
import { ALIGNMENTS, SPREADS } from "@/graph/arrange";
import type { TextKey } from "@/i18n";
import {
  addNoteAt,
  arrangeSelected,
  askForReplacement,
  duplicate,
  removeSelected,
  toggleDisabled,
  toggleGroupOf,
} from "@/store/actions";
import { compare } from "@/store/compare";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { canvasView } from "@/store/view";
import { keysOf } from "@/ui/keys";

export type Command = {
  id: string;
  label: string;
  keys: readonly string[];
  run: () => void;
};

export function useCommands(): Command[] {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light") === "dark" ? "light" : "dark";
  const editor = useEditor.getState();
  const ui = useUi.getState();
  const mayRun = useMayRun();
  const flow = useFlowData();
  const view = canvasView();
  const editable = isEditable(editor);
  const steps = shownGraph(editor).nodes.filter((node) => editor.selection.has(node.id));
  const [only] = steps.length === 1 ? steps : [];
  const ids = new Set(steps.map((node) => node.id));
  const listed = (label: TextKey, run: () => void, when = true): Command[] =>
    when ? [{ id: label, label: t(label), keys: keysOf(label), run }] : [];
  return [
    ...listed("keys.open", () => only && ui.openStep(only.id), only !== undefined),
    ...listed(
      "keys.replace",
      () => only && askForReplacement(only.id),
      editable && only !== undefined,
    ),
    ...listed("keys.wires", () => ui.showDialog("wires"), editable && only !== undefined),
    ...listed("keys.disable", () => toggleDisabled(ids), editable && steps.length > 0),
    ...listed("keys.duplicate", () => duplicate(ids), editable && steps.length > 0),
    ...listed("keys.delete", () => removeSelected([]), editable && steps.length > 0),
    ...listed("keys.group", () => toggleGroupOf(ids), editable && steps.length > 1),
    ...[...ALIGNMENTS, ...SPREADS].flatMap((how) =>
      listed(
        `arrange.${how}`,
        () => arrangeSelected(how, view.sizes()),
        editable && editor.selection.size > (how === "across" || how === "down" ? 2 : 1),
      ),
    ),
    ...listed("keys.test", () => ui.showDialog("test"), mayRun),
    ...listed("bar.publish", () => ui.showDialog("publish"), !editor.readOnly),
    ...listed(
      "keys.compare",
      () => {
        ui.showSide("versions");
        compare(flow?.live_version ?? "draft", "draft");
      },
      (flow?.live_version ?? null) !== null,
    ),
    ...listed("keys.find", () => ui.showFind(true)),
    ...listed("keys.add", () => ui.togglePalette(true), editable),
    ...listed("keys.note", () => addNoteAt(), editable),
    ...listed("keys.undo", editor.undo, editable && editor.history.past.length > 0),
    ...listed("keys.redo", editor.redo, editable && editor.history.future.length > 0),
    ...listed("keys.tidy", view.tidy, editable),
    ...listed("keys.fit", view.fit),
    ...listed("view.zoomIn", view.zoomIn),
    ...listed("view.zoomOut", view.zoomOut),
    ...listed("view.minimap", ui.toggleMinimap),
    ...listed("rail.runs", () => ui.showSide("runs")),
    ...listed("rail.problems", () => ui.showSide("problems")),
    ...listed("rail.versions", () => ui.showSide("versions")),
    ...listed("rail.outline", () => ui.showSide("outline")),
    ...listed("rail.settings", () => ui.showSide("settings")),
    ...listed(`scheme.${scheme}`, () => setColorScheme(scheme)),
    ...listed("keys.help", () => ui.showDialog("shortcuts")),
  ];
}
