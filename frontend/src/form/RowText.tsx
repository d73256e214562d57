/** A text with data in it inside a row, with its own "insert data". */
import { useCallback, useRef } from "react";
import type { Json } from "@/graph/document";
import { fromText, textOf } from "@/graph/fields";
import type { Dragged } from "./context";
import { DataButton } from "./DataButton";
import { LazyTemplateEditor } from "./LazyEditor";
import classes from "./RowText.module.css";

type Props = {
  value: Json;
  onChange: (value: Json) => void;
  label: string;
  placeholder?: string;
  /** Whether `100` means the number; else it stays text. */
  numbers?: boolean;
};

export function RowText({ value, onChange, label, placeholder = "", numbers = false }: Props) {
  const insert = useRef<((data: Dragged) => void) | null>(null);
  const onReady = useCallback((ready: typeof insert.current) => {
    insert.current = ready;
  }, []);
  return (
    <div className={classes.wrap}>
      <LazyTemplateEditor
        value={textOf(value)}
        onChange={(text) => onChange(numbers ? numberOrText(text) : fromText(text))}
        label={label}
        placeholder={placeholder}
        onReady={onReady}
      />
      <span className={classes.tool}>
        <DataButton label={label} onPick={(data) => insert.current?.(data)} />
      </span>
    </div>
  );
}

/** Plain decimals only: `007`, `1e3` and `1.` stay text while they are typed. */
export function numberOrText(text: string): Json {
  return /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text) && text !== "-0"
    ? Number(text)
    : fromText(text);
}
