/** What the canvas can do with its view, for those who are not inside the drawing. */
type View = { fit: () => void; tidy: () => void; zoomIn: () => void; zoomOut: () => void };

const nothing = () => undefined;

let view: View = { fit: nothing, tidy: nothing, zoomIn: nothing, zoomOut: nothing };

export function provideView(given: View): void {
  view = given;
}

export function canvasView(): View {
  return view;
}
