/** JSON with data in it. Text that is not JSON (yet) is kept as text. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/graph/document";
import { isFormula } from "@/graph/fields";
import { type Dragged, useForm } from "./context";
import { DataButton } from "./DataButton";
import { FieldFrame } from "./FieldFrame";
import { LazyTemplateEditor } from "./LazyEditor";
import { Preview } from "./Preview";
import { RawButton } from "./TextField";
import type { WidgetProps } from "./widget";

export function JsonField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { problem } = useForm();
  const [raw, setRaw] = useState(false);
  const [text, setText] = useState(() => shown(value));
  const written = useRef<Json>(value);
  useEffect(() => {
    // Only a change from outside (undo, a remedy) may replace what is being typed.
    if (value === written.current) return;
    written.current = value;
    setText(shown(value));
  }, [value]);
  const change = (next: string) => {
    setText(next);
    written.current = parsed(next);
    onChange(written.current);
  };
  const insert = useRef<((data: Dragged) => void) | null>(null);
  const onReady = useCallback((ready: typeof insert.current) => {
    insert.current = ready;
  }, []);
  const broken = /^\s*[{[]/.test(text) && typeof parsed(text) === "string";
  return (
    <FieldFrame
      spec={spec}
      tools={
        <>
          {text.includes("{{") && <RawButton raw={raw} onClick={() => setRaw(!raw)} />}
          {spec.templates && (
            <DataButton label={spec.label} onPick={(data) => insert.current?.(data)} />
          )}
        </>
      }
      below={
        <>
          {broken && !text.startsWith("{{") && <p role="status">{t("json.unfinished")}</p>}
          {spec.templates && <Preview field={spec.name} value={value} />}
        </>
      }
    >
      <LazyTemplateEditor
        value={text}
        onChange={change}
        label={spec.label}
        placeholder={spec.placeholder}
        multiline
        mode="json"
        raw={raw}
        invalid={problem(spec.name) !== undefined}
        onReady={onReady}
      />
    </FieldFrame>
  );
}

export function shown(value: Json): string {
  if (value === null) return "";
  if (isFormula(value)) return `=${value.$formula}`;
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  // Text that would read as JSON (a number, say) is shown in quotes to stay text.
  return parsed(value) === value ? value : JSON.stringify(value);
}

export function parsed(text: string): Json {
  if (text.trim() === "") return null;
  if (text.startsWith("=")) return { $formula: text.slice(1) };
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
