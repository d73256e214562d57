/** Holds one CodeMirror editor in a React element; the text outside leads, the cursor stays. */
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";

type Options = {
  value: string;
  onChange: (value: string) => void;
  /** Kept by the caller in a memo; a new value changes the editor in place. */
  extensions: Extension;
  readOnly?: boolean;
};

export function useCodeMirror(options: Options): {
  host: RefObject<HTMLDivElement | null>;
  view: RefObject<EditorView | null>;
} {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const compartment = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: options.value,
        extensions: [
          compartment.current.of(options.extensions),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== latest.current.value) latest.current.onChange(text);
          }),
          EditorState.readOnly.of(options.readOnly ?? false),
          EditorView.editable.of(!options.readOnly),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: compartment.current.reconfigure(options.extensions) });
  }, [options.extensions]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === options.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: options.value } });
  }, [options.value]);

  return { host, view };
}
