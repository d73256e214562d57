/** New fields of an item: name, kind of value, value. */
import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isObject, type Json } from "@/graph/document";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import classes from "./Rows.module.css";
import { RowText } from "./RowText";
import type { WidgetProps } from "./widget";

type Assignment = { name: string; value: Json; type: string };

const TYPES = ["any", "text", "number", "boolean", "json"] as const;

function rowsOf(value: Json): Assignment[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((row) =>
    isObject(row)
      ? [
          {
            ...row,
            name: String(row.name ?? ""),
            value: row.value ?? "",
            type: String(row.type ?? "any"),
          },
        ]
      : [],
  );
}

export function AssignmentsField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  return (
    <FieldFrame spec={spec}>
      <Rows<Assignment>
        rows={rowsOf(value)}
        onChange={onChange}
        blank={{ name: "", value: "", type: "any" }}
        addLabel={t("assign.add")}
      >
        {(row, set, index) => (
          <div className={classes.group}>
            <div className={classes.match}>
              <TextInput
                flex={1}
                value={row.name}
                placeholder={t("assign.name")}
                aria-label={t("assign.nameOf", { number: index + 1 })}
                readOnly={readOnly}
                onChange={(event) => set({ ...row, name: event.currentTarget.value })}
              />
              <Select
                w={120}
                value={row.type}
                data={TYPES.map((type) => ({ value: type, label: t(`assign.type.${type}`) }))}
                allowDeselect={false}
                aria-label={t("assign.typeOf", { number: index + 1 })}
                readOnly={readOnly}
                onChange={(type) => set({ ...row, type: type ?? "any" })}
              />
            </div>
            <RowText
              value={row.value}
              onChange={(next) => set({ ...row, value: next })}
              label={t("assign.valueOf", { number: index + 1 })}
              placeholder={t("pairs.value")}
            />
          </div>
        )}
      </Rows>
    </FieldFrame>
  );
}
