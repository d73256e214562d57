/** A field that is left to the model that uses the step as a tool. */
import { ActionIcon, Button, TextInput, Tooltip } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useContext, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/graph/document";
import type { FieldSpec } from "@/graph/fields";
import { LeaveContext, useForm } from "./context";
import { FieldFrame } from "./FieldFrame";

type Props = {
  spec: FieldSpec;
  value: { $model: string };
  /** What a person who fills it in begins with. */
  own: Json;
  onChange: (value: Json) => void;
};

export function FilledField({ spec, value, own, onChange }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const id = useId();
  return (
    <LeaveContext.Provider value={null}>
      <FieldFrame
        spec={{ ...spec, help: t("tools.filledHelp") }}
        id={id}
        tools={
          !readOnly && (
            <Button size="compact-xs" variant="subtle" onClick={() => onChange(own)}>
              {t("tools.own")}
            </Button>
          )
        }
      >
        <TextInput
          id={id}
          value={value.$model}
          readOnly={readOnly}
          placeholder={t("tools.filledPlaceholder")}
          aria-description={t("tools.filled")}
          leftSection={<IconSparkles size={16} aria-hidden />}
          onChange={(event) => onChange({ $model: event.currentTarget.value })}
        />
      </FieldFrame>
    </LeaveContext.Provider>
  );
}

/** Leaves the field around it to the model, where that is possible. */
export function LeaveButton() {
  const { t } = useTranslation();
  const leave = useContext(LeaveContext);
  if (!leave) return null;
  return (
    <Tooltip label={t("tools.fill")}>
      <ActionIcon size={26} aria-label={t("tools.fill")} variant="subtle" onClick={leave}>
        <IconSparkles size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
