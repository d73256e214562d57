/** A number, or data that gives one. */
import { NumberInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { usesData } from "@/graph/fields";
import { asTemplate } from "@/graph/templates";
import { separators } from "@/ui/numbers";
import { useForm } from "./context";
import { DataButton } from "./DataButton";
import { FieldFrame } from "./FieldFrame";
import { TextField } from "./TextField";
import type { WidgetProps } from "./widget";

export function NumberField(props: WidgetProps) {
  const { spec, value, onChange } = props;
  const { readOnly, problem } = useForm();
  const { i18n } = useTranslation();
  const id = useId();
  if (usesData(value)) return <TextField {...props} onChange={(next) => onChange(plain(next))} />;
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        spec.templates && (
          <DataButton
            label={spec.label}
            onPick={({ root, path }) => onChange(asTemplate(root, path))}
          />
        )
      }
    >
      <NumberInput
        {...separators(i18n.language)}
        id={id}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(next === "" ? null : Number(next))}
        allowDecimal={spec.kind === "number"}
        min={spec.minimum ?? undefined}
        max={spec.maximum ?? undefined}
        placeholder={spec.placeholder}
        readOnly={readOnly}
        error={problem(spec.name) !== undefined}
      />
    </FieldFrame>
  );
}

/** When the data is deleted from the field, what is left is a number again. */
function plain(value: WidgetProps["value"]): WidgetProps["value"] {
  if (typeof value !== "string" || value.includes("{{")) return value;
  if (value.trim() === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}
