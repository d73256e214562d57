/** A connection (keys and passwords kept by the server), by name. */
import { Anchor, Select } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useConnections } from "@/api/queries";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function ConnectionField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const connections = useConnections();
  const id = useId();
  const known = (connections.data ?? []).filter((one) =>
    spec.direction === "in" ? one.proves : one.signs,
  );
  const gone = typeof value === "string" && !known.some((connection) => connection.id === value);
  const data = known.map(({ id: key, name }) => ({ value: key, label: name }));
  if (gone && !connections.isPending) data.push({ value, label: t("connection.gone") });
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        !readOnly && (
          <Anchor size="xs" href={`${page.admin}runtime/credential/add/`} target="_blank">
            {t("connection.add")}
          </Anchor>
        )
      }
    >
      <Select
        id={id}
        data={data}
        value={typeof value === "string" ? value : null}
        placeholder={t("connection.none")}
        clearable
        readOnly={readOnly}
        onDropdownOpen={() => void connections.refetch()}
        onChange={onChange}
        error={problem(spec.name) !== undefined}
      />
    </FieldFrame>
  );
}
