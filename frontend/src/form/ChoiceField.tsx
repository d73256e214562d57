/** One of a few: a row of buttons where they are short, else a list. */
import { SegmentedControl, Select } from "@mantine/core";
import { useId } from "react";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function ChoiceField({ spec, value, onChange, narrow = false }: WidgetProps) {
  const { readOnly, problem } = useForm();
  const id = useId();
  const data = spec.choices.map((choice) => ({ value: String(choice.value), label: choice.label }));
  const pick = (text: string | null) => {
    const choice = spec.choices.find((other) => String(other.value) === text);
    onChange(choice ? choice.value : null);
  };
  const letters = data.reduce((total, choice) => total + choice.label.length, 0);
  const short =
    data.length <= 3 && letters <= (narrow ? 14 : 36) && !spec.nullable && value !== null;
  return (
    <FieldFrame spec={spec} {...(short ? {} : { id })}>
      {short ? (
        <SegmentedControl
          fullWidth
          size="sm"
          data={data}
          value={String(value)}
          onChange={pick}
          disabled={readOnly}
          aria-label={spec.label}
        />
      ) : (
        <Select
          id={id}
          data={data}
          value={value === null ? null : String(value)}
          onChange={pick}
          allowDeselect={spec.nullable}
          clearable={spec.nullable}
          placeholder={spec.placeholder}
          readOnly={readOnly}
          searchable={data.length > 8}
          error={problem(spec.name) !== undefined}
        />
      )}
    </FieldFrame>
  );
}
