/** JSON (or Python, or plain text) over several lines, with colours. */
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import type { Extension } from "@codemirror/state";
import { EditorView, placeholder as hint, lineNumbers } from "@codemirror/view";
import { useMemo } from "react";
import { basics, named } from "./cm";
import classes from "./editors.module.css";
import { useCodeMirror } from "./useCodeMirror";

type Props = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  language?: "json" | "python";
  placeholder?: string;
  minHeight?: number;
  readOnly?: boolean;
};

const LANGUAGES: Readonly<Record<"json" | "python", () => Extension>> = { json, python };

export default function JsonEditor(props: Props) {
  const { value, onChange, label, language = "json", placeholder = "", minHeight = 120 } = props;
  const extensions = useMemo(
    () => [
      basics(),
      LANGUAGES[language](),
      lineNumbers(),
      named(label),
      hint(placeholder),
      EditorView.lineWrapping,
      EditorView.theme({
        ".cm-content, .cm-gutter": { minHeight: `${minHeight}px` },
        ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", maxHeight: "420px" },
      }),
    ],
    [label, language, placeholder, minHeight],
  );
  const { host } = useCodeMirror({ value, onChange, readOnly: props.readOnly, extensions });
  return <div ref={host} className={classes.editor} data-mono />;
}
