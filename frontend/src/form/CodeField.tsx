/** Program text. Nothing in it is read as data. */
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { LazyCodeEditor } from "./LazyEditor";
import type { WidgetProps } from "./widget";

export function CodeField({ spec, value, onChange }: WidgetProps) {
  const { readOnly } = useForm();
  return (
    <FieldFrame spec={spec}>
      <LazyCodeEditor
        value={typeof value === "string" ? value : ""}
        onChange={onChange}
        label={spec.label}
        language={spec.language === "json" ? "json" : "python"}
        minHeight={200}
        readOnly={readOnly}
      />
    </FieldFrame>
  );
}
