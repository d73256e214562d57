/** A list of texts, or some of a few known ones. */
import { Checkbox, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Json } from "@/graph/document";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import { RowText } from "./RowText";
import { TextField } from "./TextField";
import type { WidgetProps } from "./widget";

export function ListField(props: WidgetProps) {
  const { spec, value, onChange } = props;
  const { t } = useTranslation();
  if (spec.choices.length > 0) return <SomeOf {...props} />;
  if (typeof value === "string") return <TextField {...props} />;
  const rows: Json[] = Array.isArray(value) ? value : [];
  return (
    <FieldFrame spec={spec}>
      <Rows<Json> rows={rows} onChange={onChange} blank="" addLabel={t("common.add")}>
        {(row, set, index) => (
          <RowText value={row} onChange={set} label={t("list.entry", { number: index + 1 })} />
        )}
      </Rows>
    </FieldFrame>
  );
}

function SomeOf({ spec, value, onChange }: WidgetProps) {
  const { readOnly } = useForm();
  const chosen = Array.isArray(value) ? value.map(String) : [];
  // The order of the choices, not of the clicks, so that equal choices are equal values.
  const pick = (names: string[]) =>
    onChange(
      spec.choices.map((choice) => choice.value).filter((one) => names.includes(String(one))),
    );
  return (
    <FieldFrame spec={spec}>
      <Checkbox.Group value={chosen} onChange={pick} aria-label={spec.label}>
        <Group gap="md">
          {spec.choices.map((choice) => (
            <Checkbox
              key={String(choice.value)}
              value={String(choice.value)}
              label={choice.label}
              disabled={readOnly}
            />
          ))}
        </Group>
      </Checkbox.Group>
    </FieldFrame>
  );
}
