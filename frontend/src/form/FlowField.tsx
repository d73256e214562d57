/** Another flow of the workspace, by name. */
import { Anchor, Select } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useFlows } from "@/api/queries";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function FlowField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const flows = useFlows();
  const id = useId();
  const chosen = typeof value === "string" && value !== "" ? value : null;
  // A required flow is one that will be called, so it must be one that can be.
  const known = (flows.data ?? []).filter(
    (flow) => flow.id !== page.flow && (!spec.required || flow.callable),
  );
  const data = known.map((flow) => ({
    value: flow.id,
    label: flow.live || !spec.required ? flow.name : t("flowField.off", { name: flow.name }),
  }));
  if (chosen !== null && !known.some((flow) => flow.id === chosen) && !flows.isPending) {
    data.push({ value: chosen, label: t("flowField.gone") });
  }
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        chosen !== null && (
          <Anchor size="xs" href={`/flows/${chosen}/`} target="_blank">
            {t("flowField.open")}
          </Anchor>
        )
      }
    >
      <Select
        id={id}
        data={data}
        value={chosen}
        placeholder={data.length > 0 ? t("flowField.choose") : t("flowField.none")}
        searchable
        clearable={!spec.required}
        readOnly={readOnly}
        onDropdownOpen={() => void flows.refetch()}
        onChange={onChange}
        error={problem(spec.name) !== undefined}
      />
    </FieldFrame>
  );
}
