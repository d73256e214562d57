/** Names and values, such as headers. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isObject, type Json } from "@/graph/document";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import classes from "./Rows.module.css";
import { RowText } from "./RowText";
import type { WidgetProps } from "./widget";

type Pair = { name: string; value: Json };

export function pairsOf(value: Json): Pair[] {
  if (Array.isArray(value)) {
    return value.flatMap((row) =>
      isObject(row) ? [{ ...row, name: String(row.name ?? ""), value: row.value ?? "" }] : [],
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, entry]) => ({ name, value: entry }));
}

export function KeyValuesField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  return (
    <FieldFrame spec={spec}>
      <Rows<Pair>
        rows={pairsOf(value)}
        onChange={onChange}
        blank={{ name: "", value: "" }}
        addLabel={t("common.add")}
      >
        {(row, set, index) => (
          <>
            <TextInput
              w="38%"
              value={row.name}
              placeholder={t("pairs.name")}
              aria-label={t("pairs.nameOf", { number: index + 1 })}
              readOnly={readOnly}
              onChange={(event) => set({ ...row, name: event.currentTarget.value })}
            />
            <div className={classes.grow}>
              <RowText
                value={row.value}
                onChange={(next) => set({ ...row, value: next })}
                label={t("pairs.valueOf", { number: index + 1 })}
                placeholder={t("pairs.value")}
              />
            </div>
          </>
        )}
      </Rows>
    </FieldFrame>
  );
}
