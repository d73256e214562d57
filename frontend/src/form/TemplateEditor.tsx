/** Text with data in it: chips by drag, picker or typing `{{`; a leading `=` makes a formula. */
import { autocompletion, type CompletionContext } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import type { Extension } from "@codemirror/state";
import { EditorView, placeholder as hint, tooltips } from "@codemirror/view";
import { useEffect, useMemo, useRef } from "react";
import { pathsOf } from "@/graph/data";
import { useEditor } from "@/store/editor";
import { DATA_PATH } from "@/ui/drag";
import { useKeyName } from "@/ui/useKeyName";
import { chips } from "./chips";
import { basics, named, singleLine } from "./cm";
import { type Dragged, type Source, useForm } from "./context";
import classes from "./editors.module.css";
import { insertion, type TextMode } from "./insertion";
import { useCodeMirror } from "./useCodeMirror";

export type TemplateEditorProps = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder?: string;
  multiline?: boolean;
  mode?: TextMode;
  raw?: boolean;
  /** Words only: no data can stand in it. */
  plain?: boolean;
  invalid?: boolean;
  /** Hands out a function that writes a path at the cursor. */
  onReady?: (insert: ((data: Dragged) => void) | null) => void;
};

export default function TemplateEditor(props: TemplateEditorProps) {
  const {
    value,
    onChange,
    label,
    placeholder = "",
    multiline = false,
    mode = "text",
    plain = false,
  } = props;
  const { sources, readOnly, target } = useForm();
  const names = useKeyName();
  const known = useRef<readonly Source[]>(sources);
  known.current = sources;
  const formula = !plain && value.startsWith("=");
  const raw = props.raw === true || formula;
  const extensions = useMemo(
    () => [
      basics(),
      named(label),
      hint(placeholder),
      multiline ? EditorView.lineWrapping : singleLine,
      mode === "json" ? json() : [],
      raw || plain ? [] : chips(names),
      plain ? [] : completion(() => known.current),
      dropping(mode),
      plain
        ? []
        : EditorView.domEventHandlers({
            focus: (_event, here) => {
              target.current = (data) => insertAt(here, here.state.selection.main.head, mode, data);
            },
          }),
    ],
    [label, placeholder, multiline, mode, raw, plain, names, target],
  );
  const { host, view } = useCodeMirror({ value, onChange, readOnly, extensions });

  const { onReady } = props;
  useEffect(() => {
    onReady?.((data) => {
      if (view.current) insertAt(view.current, view.current.state.selection.main.head, mode, data);
    });
    return () => onReady?.(null);
  }, [onReady, view, mode]);

  const tall = multiline ? classes.tall : classes.single;
  const className = useMemo(() => `${classes.editor} ${tall}`, [tall]);
  return (
    <div className={classes.wrap}>
      {formula && (
        <span className={classes.fx} aria-hidden>
          fx
        </span>
      )}
      <div
        ref={host}
        className={className}
        data-formula={formula || undefined}
        data-mono={raw || mode === "json" || undefined}
        data-invalid={props.invalid || undefined}
      />
    </div>
  );
}

function insertAt(view: EditorView, at: number, mode: TextMode, data: Dragged): void {
  const before = view.state.sliceDoc(0, at);
  const text = insertion(before, mode, data.root, data.path);
  const { from, to } = view.state.selection.main;
  const replaces = at >= from && at <= to;
  const [start, end] = replaces ? [from, to] : [at, at];
  view.dispatch({
    changes: { from: start, to: end, insert: text },
    selection: { anchor: start + text.length },
  });
  view.focus();
}

function dropping(mode: TextMode): Extension {
  return EditorView.domEventHandlers({
    dragover: (event) => {
      if (!event.dataTransfer?.types.includes(DATA_PATH)) return false;
      event.preventDefault();
      return true;
    },
    drop: (event, view) => {
      const text = event.dataTransfer?.getData(DATA_PATH);
      if (!text) return false;
      event.preventDefault();
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
      insertAt(view, at, mode, JSON.parse(text) as Dragged);
      return true;
    },
  });
}

/** What a formula may call, with how it is written. */
function helpers() {
  return useEditor.getState().catalogue.formulaHelpers.map((helper) => ({
    label: helper.name,
    apply: helper.example.endsWith("()") ? `${helper.name}()` : `${helper.name}(`,
    detail: helper.help,
    info: helper.example,
  }));
}

/** Offers paths after `{{` and inside a formula. */
function completion(sources: () => readonly Source[]): Extension {
  const source = (context: CompletionContext) => {
    const text = context.state.sliceDoc(0, context.pos);
    const inFormula = text.startsWith("=");
    const open = /\{\{\s*([\w.[\]"]*)$/.exec(text);
    const word = inFormula ? /[\w.[\]]*$/.exec(text) : open;
    if (!word || (inFormula && !word[0] && !context.explicit)) return null;
    const typed = open ? (open[1] ?? "") : word[0];
    const closed = !open || context.state.sliceDoc(context.pos).trimStart().startsWith("}}");
    const paths = sources().flatMap((step) =>
      pathsOf(step.key, step.value).map((path) => ({
        label: path,
        apply: closed ? path : `${path} }}`,
        detail: step.name,
      })),
    );
    return {
      from: context.pos - typed.length,
      options: inFormula ? [...paths, ...helpers()] : paths,
      validFor: /^[\w.[\]"]*$/,
    };
  };
  return [
    autocompletion({ override: [source], icons: false }),
    // The editor cuts off what hangs over its edge, and the panel scrolls.
    tooltips({ parent: document.body, position: "fixed" }),
  ];
}
