/** Shows `{{ path }}` as a chip inside a text editor; the document keeps the text. */
import { RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import { chipLabel, type KeyNames } from "@/graph/summary";
import { chipPattern } from "@/graph/templates";

class Chip extends WidgetType {
  constructor(
    private readonly label: string,
    private readonly raw: string,
  ) {
    super();
  }

  override eq(other: Chip): boolean {
    return other.label === this.label;
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = "sg-chip";
    chip.textContent = this.label;
    chip.title = this.raw;
    return chip;
  }
}

function decorate(view: EditorView, names: KeyNames): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const text = view.state.doc.toString();
  for (const match of text.matchAll(chipPattern())) {
    const inner = (match[1] ?? "").trim();
    if (!inner) continue;
    const widget = new Chip(chipLabel(inner, names), match[0]);
    builder.add(match.index, match.index + match[0].length, Decoration.replace({ widget }));
  }
  return builder.finish();
}

export function chips(names: KeyNames) {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = decorate(view, names);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = decorate(update.view, names);
      }
    },
    {
      decorations: (plugin) => plugin.decorations,
      // The cursor steps over a chip, and one Backspace removes it whole.
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) => view.plugin(plugin)?.decorations ?? Decoration.none),
    },
  );
}
