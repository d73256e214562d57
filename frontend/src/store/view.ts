/** What the canvas can do with its view, for those who are not inside the drawing. */
import type { Size } from "@/graph/document";

type View = {
  fit: () => void;
  tidy: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  /** How large everything is drawn, by id. */
  sizes: () => ReadonlyMap<string, Size>;
};

const nothing = () => undefined;

let view: View = {
  fit: nothing,
  tidy: nothing,
  zoomIn: nothing,
  zoomOut: nothing,
  sizes: () => new Map(),
};

export function provideView(given: View): void {
  view = given;
}

export function canvasView(): View {
  return view;
}
