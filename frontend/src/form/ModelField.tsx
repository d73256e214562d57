/** Which model answers. The practice model needs no key and says so. */
import { Anchor, Select } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useModels } from "@/api/queries";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function ModelField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const models = useModels();
  const id = useId();
  const data = (models.data ?? []).map((model) => ({
    value: model.id,
    label: model.ready ? model.name : t("model.notReady", { name: model.name }),
  }));
  const usual = models.data?.find((model) => model.is_practice) ?? models.data?.[0];
  return (
    <FieldFrame spec={spec} id={id}>
      <Select
        id={id}
        data={data}
        value={typeof value === "string" && value !== "" ? value : null}
        placeholder={usual ? t("model.usual", { name: usual.name }) : t("model.none")}
        clearable
        readOnly={readOnly}
        onChange={onChange}
        error={problem(spec.name) !== undefined}
      />
      {!readOnly && models.data?.every((model) => model.is_practice) && (
        <Anchor href={`${page.admin}builder/modelprofile/connect/`} target="_blank" size="sm">
          {t("model.connect")}
        </Anchor>
      )}
    </FieldFrame>
  );
}
