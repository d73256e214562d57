/** The last part of the address that others call, with the whole address to copy. */
import { TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useFlowData, useStartAddress } from "@/api/queries";
import { Addresses } from "@/ui/Address";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function WebhookPathField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const live = useFlowData()?.live === true;
  const id = useId();
  const path = typeof value === "string" ? value : "";
  const address = useStartAddress(spec.direction);
  return (
    <FieldFrame
      spec={spec}
      id={id}
      below={
        path && (
          <Addresses
            of={[
              {
                label: live ? t("webhook.live") : t("webhook.whenLive"),
                url: address(path),
              },
              { label: t("webhook.test"), url: address(`test/${path}`) },
            ]}
          />
        )
      }
    >
      <TextInput
        id={id}
        value={path}
        placeholder={spec.placeholder}
        readOnly={readOnly}
        error={problem(spec.name) !== undefined}
        onChange={(event) => onChange(event.currentTarget.value.replace(/\s+/g, "-"))}
      />
    </FieldFrame>
  );
}
