/** The fields that an answer must have, drawn as rows and kept as JSON Schema. */
import { Checkbox, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { readSchema, type SchemaRow, writeSchema } from "@/graph/schemaRows";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import classes from "./Rows.module.css";
import type { WidgetProps } from "./widget";

const TYPES = ["string", "number", "integer", "boolean", "array", "object"] as const;
const BLANK: SchemaRow = { name: "", type: "string", description: "", required: true };

export function SchemaField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  return (
    <FieldFrame spec={spec}>
      <Rows<SchemaRow>
        rows={readSchema(value)}
        onChange={(rows) => onChange(writeSchema(rows, value))}
        blank={BLANK}
        addLabel={t("schema.add")}
      >
        {(row, set, index) => (
          <div className={classes.group}>
            <div className={classes.match}>
              <TextInput
                flex={1}
                value={row.name}
                placeholder={t("schema.name")}
                aria-label={t("schema.nameOf", { number: index + 1 })}
                readOnly={readOnly}
                onChange={(event) => set({ ...row, name: event.currentTarget.value })}
              />
              <Select
                w={120}
                value={row.type}
                data={TYPES.map((type) => ({ value: type, label: t(`schema.type.${type}`) }))}
                allowDeselect={false}
                aria-label={t("schema.typeOf", { number: index + 1 })}
                readOnly={readOnly}
                onChange={(type) => set({ ...row, type: type ?? "string" })}
              />
            </div>
            <TextInput
              mb="xs"
              value={row.description}
              placeholder={t("schema.description")}
              aria-label={t("schema.descriptionOf", { number: index + 1 })}
              readOnly={readOnly}
              onChange={(event) => set({ ...row, description: event.currentTarget.value })}
            />
            <Checkbox
              size="xs"
              checked={row.required}
              label={t("schema.required")}
              disabled={readOnly}
              onChange={(event) => set({ ...row, required: event.currentTarget.checked })}
            />
          </div>
        )}
      </Rows>
    </FieldFrame>
  );
}
