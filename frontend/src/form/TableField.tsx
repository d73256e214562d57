/** A table of the workspace, by name. */
import { Anchor, Select, Text } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useTables } from "@/api/queries";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function TableField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const tables = useTables();
  const id = useId();
  const chosen = typeof value === "string" && value !== "" ? value : null;
  const known = tables.data ?? [];
  const found = known.find((table) => table.name === chosen);
  const data = known.map(({ name }) => ({ value: name, label: name }));
  if (chosen !== null && !found && !tables.isPending) {
    data.push({ value: chosen, label: t("table.gone", { name: chosen }) });
  }
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        !readOnly && (
          <Anchor size="xs" href={`${page.admin}runtime/datatable/add/`} target="_blank">
            {t("table.add")}
          </Anchor>
        )
      }
    >
      <Select
        id={id}
        data={data}
        value={chosen}
        placeholder={t("table.none")}
        searchable
        readOnly={readOnly}
        onDropdownOpen={() => void tables.refetch()}
        onChange={(next) => onChange(next ?? "")}
        error={problem(spec.name) !== undefined}
      />
      {found && (
        <Text size="xs" c="dimmed">
          {t("table.columns", {
            names: found.columns
              .map((column) =>
                column.is_key ? t("table.key", { name: column.name }) : column.name,
              )
              .join(", "),
          })}
        </Text>
      )}
    </FieldFrame>
  );
}
