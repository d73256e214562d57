/** A span of time: a number and its unit, kept as seconds. */
import { Group, NumberInput, Select } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { usesData } from "@/graph/fields";
import { asTemplate } from "@/graph/templates";
import { useForm } from "./context";
import { DataButton } from "./DataButton";
import { FieldFrame } from "./FieldFrame";
import { TextField } from "./TextField";
import type { WidgetProps } from "./widget";

const UNITS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof UNITS;
const NAMES = Object.keys(UNITS) as Unit[];

export function DurationField(props: WidgetProps) {
  const { spec, value, onChange } = props;
  const id = useId();
  if (usesData(value)) return <TextField {...props} />;
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
      <DurationInput
        id={id}
        label={spec.label}
        value={typeof value === "number" ? value : null}
        onChange={onChange}
      />
    </FieldFrame>
  );
}

type InputProps = {
  id?: string;
  label: string;
  value: number | null;
  onChange: (seconds: number | null) => void;
};

export function DurationInput({ id, label, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const [unit, setUnit] = useState<Unit>(() => fittingUnit(value));
  return (
    <Group gap="xs" wrap="nowrap">
      <NumberInput
        id={id}
        aria-label={label}
        flex={1}
        min={0}
        value={value === null ? "" : round(value / UNITS[unit])}
        readOnly={readOnly}
        onChange={(next) => onChange(next === "" ? null : Number(next) * UNITS[unit])}
      />
      <Select
        w={120}
        aria-label={t("duration.unit", { field: label })}
        data={NAMES.map((name) => ({ value: name, label: t(`duration.${name}`) }))}
        value={unit}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) => {
          const chosen = NAMES.find((name) => name === next) ?? "seconds";
          if (value !== null) onChange(round(value / UNITS[unit]) * UNITS[chosen]);
          setUnit(chosen);
        }}
      />
    </Group>
  );
}

function fittingUnit(value: number | null): Unit {
  if (!value) return "seconds";
  return (
    [...NAMES].reverse().find((name) => value >= UNITS[name] && value % UNITS[name] === 0) ??
    "seconds"
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
