/** What buttons, menus and keys do to the flow: joins the pure operations with the stores. */

import { type Arrangement, arrange } from "@/graph/arrange";
import { goesByTheClock, type NodeType, outputsOf } from "@/graph/catalogue";
import { type Clip, clipOf, paste } from "@/graph/clipboard";
import { canConnect, type Verdict } from "@/graph/connect";
import type { Edge, Position, Size } from "@/graph/document";
import { firstEmpty } from "@/graph/fields";
import { toggleGroup } from "@/graph/groups";
import {
  addNote,
  addStep,
  addStepAt,
  dropOnEdge,
  insertOnEdge,
  type Made,
  move,
  noteSpot,
  removeItems,
  renameStep,
  setDisabled,
} from "@/graph/operations";
import { replaceStep } from "@/graph/replace";
import { i18n } from "@/i18n";
import { isEditable, useEditor } from "./editor";
import { type MenuTarget, useUi } from "./ui";

/** Where a step lands that is added without a place: the canvas tells the middle of the view. */
let centre: () => Position = () => ({ x: 0, y: 0 });

export function provideCentre(from: () => Position): void {
  centre = from;
}

/** Adds a step where the menu was opened, and opens its form when it needs filling in. */
export function pickStep(type: NodeType, target: MenuTarget | null): void {
  const made = makeStep(type, target);
  if (!made) return;
  const { change, select } = useEditor.getState();
  if (!change(made.change)) return;
  select([made.id]);
  useUi.getState().openMenu(null);
  if (target === null) useUi.getState().togglePalette(false);
  useUi.getState().revealStep(made.id);
  const node = useEditor.getState().draft.nodes.find((other) => other.id === made.id);
  const empty = node ? firstEmpty(type, node.params) : null;
  // What starts by the clock could start at any time: a person says at which.
  if (empty !== null || goesByTheClock(type)) useUi.getState().openStep(made.id, empty);
}

function makeStep(type: NodeType, target: MenuTarget | null): Made | null {
  const { draft, catalogue, selection } = useEditor.getState();
  if (target?.kind === "port") {
    return addStepAt(draft, catalogue, type, target, target.position);
  }
  if (target?.kind === "edge") return insertOnEdge(draft, catalogue, target.edge, type);
  if (target?.kind === "place") return addStep(draft, type, target.position);
  if (target?.kind === "replace") return replaceStep(draft, catalogue, target.node, type);
  const [selected] = selection;
  const anchor = draft.nodes.find((node) => node.id === selected);
  const exit = anchor && catalogue.of(anchor) ? outputsOf(anchor, catalogue.of(anchor))[0] : null;
  if (anchor && exit && selection.size === 1 && type.trigger === null) {
    const end = { node: anchor.id, port: exit.name, side: "source" as const };
    return addStepAt(draft, catalogue, type, end);
  }
  return addStep(draft, type, centre());
}

/** A step dropped from the palette; on a wire it goes into the wire. */
export function dropStep(type: NodeType, position: Position, edge: Edge | null): void {
  if (edge && type.inputs.length > 0 && type.outputs.length > 0) {
    pickStep(type, { kind: "edge", edge });
  } else {
    pickStep(type, { kind: "place", position });
  }
}

export function checkWire(edge: Edge): Verdict {
  const { draft, catalogue } = useEditor.getState();
  return canConnect(draft, catalogue, edge);
}

export function connect(edge: Edge): Verdict {
  const verdict = checkWire(edge);
  if (verdict.ok) useEditor.getState().change({ kind: "wire", edge });
  return verdict;
}

export function moveItems(moves: { id: string; position: Position }[], onEdge: Edge | null): void {
  const { draft, catalogue, change } = useEditor.getState();
  const notes = new Set(draft.notes.map((note) => note.id));
  const changes = moves.map(({ id, position }) =>
    notes.has(id)
      ? ({ kind: "update", of: "notes", id, set: { position } } as const)
      : move(id, position),
  );
  const [only] = moves;
  const wired =
    onEdge && only && moves.length === 1 ? dropOnEdge(draft, catalogue, onEdge, only.id) : null;
  change({ kind: "batch", changes: wired ? [...changes, wired] : changes });
}

export function removeSelected(edges: Edge[]): void {
  const { draft, catalogue, selection, change, select } = useEditor.getState();
  const items = removeItems(draft, catalogue, selection);
  const cut = edges.map((edge) => ({ kind: "unwire", edge }) as const);
  if (change({ kind: "batch", changes: [...cut, items] })) select([]);
}

export function removeStep(id: string): void {
  const { draft, catalogue, change } = useEditor.getState();
  change(removeItems(draft, catalogue, new Set([id])));
  if (useUi.getState().step === id) useUi.getState().openStep(null);
}

export function rename(id: string, name: string): void {
  const { draft, catalogue, change } = useEditor.getState();
  change(renameStep(draft, catalogue, id, name));
}

export function toggleDisabled(ids: Iterable<string>): void {
  const { draft, change } = useEditor.getState();
  change(setDisabled(draft, new Set(ids)));
}

/** Frames the selected steps, or takes their frame away. */
export function toggleGroupOf(ids: ReadonlySet<string>): void {
  const { draft, change } = useEditor.getState();
  const framed = toggleGroup(draft, ids, i18n.t("group.title"));
  if (framed) change(framed);
}

/** Opens the menu of steps beside a card, to put another one in its place. */
export function askForReplacement(id: string): void {
  const card = document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  const place = card?.getBoundingClientRect();
  if (!place || !isEditable(useEditor.getState())) return;
  const target = { kind: "replace", node: id } as const;
  useUi.getState().openMenu({ x: place.right + 12, y: place.top - 12, target });
}

export function addNoteAt(position?: Position): void {
  const { draft, change, select } = useEditor.getState();
  const made = addNote(draft, "", position ?? noteSpot(draft, centre()));
  if (!change(made.change)) return;
  select([made.id]);
  useUi.getState().revealStep(made.id);
}

/** Lines the selected steps up, or makes their distances equal. */
export function arrangeSelected(how: Arrangement, sizes: ReadonlyMap<string, Size>): void {
  const { draft, selection, change } = useEditor.getState();
  change(arrange(draft, selection, how, sizes));
}

export async function tidyUp(sizes: ReadonlyMap<string, Size>): Promise<void> {
  const { tidy } = await import("@/graph/layout");
  const { draft, catalogue, change } = useEditor.getState();
  change(tidy(draft, catalogue, sizes));
}

export function pasteClip(clip: Clip, at: Position | null): void {
  const { draft, catalogue, change, select } = useEditor.getState();
  const pasted = paste(draft, catalogue, clip, at);
  if (change(pasted.change)) select(pasted.ids);
}

export function duplicate(ids: Iterable<string>): void {
  const { draft } = useEditor.getState();
  const clip = clipOf(draft, new Set(ids));
  if (clip.nodes.length + clip.notes.length > 0) pasteClip(clip, null);
}

export function refusalText(verdict: Verdict): string {
  return verdict.ok ? "" : i18n.t(`wire.refused.${verdict.reason}`);
}
