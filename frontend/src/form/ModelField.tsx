/** Which model answers, or measures meaning. What is there from the start needs no key. */
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
  const purpose = spec.direction === "meaning" ? "meaning" : "answers";
  const fitting = (models.data ?? []).filter((model) => model.purpose === purpose);
  const data = fitting.map((model) => ({
    value: model.id,
    label: model.ready ? model.name : t("model.notReady", { name: model.name }),
  }));
  const usual = fitting.find((model) => model.is_practice) ?? fitting[0];
  const asked = usual ? t("model.usual", { name: usual.name }) : t("model.none");
  return (
    <FieldFrame spec={spec} id={id}>
      <Select
        id={id}
        data={data}
        value={typeof value === "string" && value !== "" ? value : null}
        placeholder={purpose === "meaning" ? t("meaning.builtIn") : asked}
        clearable
        readOnly={readOnly}
        onChange={onChange}
        error={problem(spec.name) !== undefined}
      />
      {!readOnly && purpose === "answers" && fitting.every((model) => model.is_practice) && (
        <Anchor href={`${page.admin}builder/modelprofile/connect/`} target="_blank" size="sm">
          {t("model.connect")}
        </Anchor>
      )}
    </FieldFrame>
  );
}
