/** Keys of the canvas. Silent while someone types or a dialog is open. */
import { type ReactFlowInstance, useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { useMayRun } from "@/api/queries";
import type { Arrangement } from "@/graph/arrange";
import type { Edge, Size } from "@/graph/document";
import { type Direction, neighbour, outline } from "@/graph/outline";
import {
  addNoteAt,
  arrangeSelected,
  askForReplacement,
  duplicate,
  provideCentre,
  removeSelected,
  tidyUp,
  toggleDisabled,
  toggleGroupOf,
} from "@/store/actions";
import { pasteText, selectedClip } from "@/store/clipboard";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { canvasView, provideView } from "@/store/view";
import { focusCard } from "@/ui/focusCard";
import { useNames } from "./useNames";
import { FIT, gliding } from "./view";

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Keys that act on a step: on the one that has the focus, though Tab has not selected it. */
const ON_A_STEP = new Set(["Enter", "Delete", "Backspace", "w", "d", "r"]);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role='textbox']");
}

function isBusy(event: Event): boolean {
  const { step, dialog, menu } = useUi.getState();
  return step !== null || dialog !== null || menu !== null || isTyping(event.target);
}

function sizesIn(flow: ReactFlowInstance): Map<string, Size> {
  const sizes = new Map<string, Size>();
  for (const node of flow.getNodes()) {
    const { width, height } = node.measured ?? {};
    if (width && height) sizes.set(node.id, { width, height });
  }
  return sizes;
}

export function useTidy(): () => void {
  const flow = useReactFlow();
  return () => {
    void tidyUp(sizesIn(flow)).then(() => setTimeout(() => void flow.fitView(gliding(250)), 30));
  };
}

export function useShortcuts(pickedEdges: Edge[]): void {
  const flow = useReactFlow();
  const tidy = useTidy();
  const mayRun = useMayRun();
  useNames();

  useEffect(() => {
    provideCentre(() => {
      const box = document.querySelector(".react-flow")?.getBoundingClientRect();
      if (!box) return { x: 0, y: 0 };
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const point = flow.screenToFlowPosition(middle);
      return { x: point.x - 110, y: point.y - 32 };
    });
  }, [flow]);

  useEffect(() => {
    provideView({
      fit: () => void flow.fitView(gliding(200)),
      tidy,
      zoomIn: () => void flow.zoomIn({ duration: 150 }),
      zoomOut: () => void flow.zoomOut({ duration: 150 }),
      sizes: () => sizesIn(flow),
    });
  }, [flow, tidy]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (asksForCommands(event)) event.preventDefault();
      if (event.defaultPrevented || isBusy(event)) return;
      const handled =
        event.altKey && !event.metaKey && !event.ctrlKey
          ? withAlt(event)
          : event.metaKey || event.ctrlKey
            ? withModifier(event, mayRun)
            : plainKey(event, {
                pickedEdges,
                tidy,
                fitAll: () => void flow.fitView(FIT),
              });
      if (handled) event.preventDefault();
    };
    const onCopy = (event: ClipboardEvent): void => {
      const text = isBusy(event) || getSelection()?.toString() ? null : selectedClip();
      if (!text || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") removeSelected([]);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (isBusy(event) || !isEditable(useEditor.getState())) return;
      pasteText(event.clipboardData?.getData("text/plain") ?? "");
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [flow, pickedEdges, tidy, mayRun]);
}

/** The one key that works everywhere but over another dialog. */
function asksForCommands(event: KeyboardEvent): boolean {
  const { dialog, showDialog } = useUi.getState();
  if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "k") return false;
  if (dialog === null) showDialog("commands");
  return true;
}

function withModifier(event: KeyboardEvent, mayRun: boolean): boolean {
  const { undo, redo, select, selection } = useEditor.getState();
  const graph = shownGraph(useEditor.getState());
  switch (event.key.toLowerCase()) {
    case "z":
      (event.shiftKey ? redo : undo)();
      return true;
    case "y":
      redo();
      return true;
    case "a":
      select([...graph.nodes, ...graph.notes].map((item) => item.id));
      return true;
    case "d":
      duplicate(selection);
      return true;
    case "f":
      useUi.getState().showFind(true);
      return true;
    case "enter":
      if (mayRun) useUi.getState().showDialog("test");
      return mayRun;
    default:
      return false;
  }
}

/** By the key's place: with Alt, many keyboards write other letters. */
const ARRANGE: Readonly<Record<string, Arrangement>> = {
  KeyA: "left",
  KeyH: "centre",
  KeyD: "right",
  KeyW: "top",
  KeyV: "middle",
  KeyS: "bottom",
};
const SPREAD: Readonly<Record<string, Arrangement>> = { KeyH: "across", KeyV: "down" };

function withAlt(event: KeyboardEvent): boolean {
  const how = (event.shiftKey ? SPREAD : ARRANGE)[event.code];
  if (!how || useEditor.getState().selection.size < 2) return false;
  arrangeSelected(how, canvasView().sizes());
  return true;
}

type Tools = { pickedEdges: Edge[]; tidy: () => void; fitAll: () => void };

function selectFocused(event: KeyboardEvent): void {
  const { selection, select } = useEditor.getState();
  const focused = event.target instanceof HTMLElement ? event.target : null;
  const id = focused?.matches(".react-flow__node-step") ? focused.dataset.id : undefined;
  if (id && ON_A_STEP.has(event.key) && !selection.has(id)) select([id]);
}

function plainKey(event: KeyboardEvent, { pickedEdges, tidy, fitAll }: Tools): boolean {
  selectFocused(event);
  const { selection, select } = useEditor.getState();
  const { openStep, togglePalette, showDialog } = useUi.getState();
  const [only] = selection;
  // Buttons and links keep their own keys.
  const onButton =
    event.target instanceof HTMLElement && event.target.matches("button, a, summary");
  const arrow = ARROWS[event.key];
  if (arrow) return walk(arrow);
  switch (event.key) {
    case "Enter": {
      if (!only || selection.size !== 1 || onButton) return false;
      const isStep = shownGraph(useEditor.getState()).nodes.some((node) => node.id === only);
      if (isStep) openStep(only);
      return isStep;
    }
    case "Delete":
    case "Backspace":
      removeSelected(pickedEdges);
      return true;
    case "Escape":
      select([]);
      togglePalette(false);
      return true;
    case "n":
    case "a":
      togglePalette(true);
      return true;
    case "w":
      if (!only || selection.size !== 1 || !isEditable(useEditor.getState())) return false;
      showDialog("wires");
      return true;
    case "r":
      if (!only || selection.size !== 1) return false;
      askForReplacement(only);
      return true;
    case "g":
      toggleGroupOf(selection);
      return true;
    case "s":
      addNoteAt();
      return true;
    case "d":
      toggleDisabled(selection);
      return true;
    case "t":
      tidy();
      return true;
    case "f":
      fitAll();
      return true;
    case "?":
      showDialog("shortcuts");
      return true;
    default:
      return false;
  }
}

function walk(direction: Direction): boolean {
  const state = useEditor.getState();
  const graph = shownGraph(state);
  const [only] = state.selection;
  const next = only ? neighbour(graph, only, direction) : outline(graph, state.catalogue)[0];
  if (!next) {
    if (only) focusCard(only);
    return true;
  }
  state.select([next.id]);
  useUi.getState().revealStep(next.id);
  focusCard(next.id);
  return true;
}
