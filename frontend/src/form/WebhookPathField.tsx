/** The last part of the address that others call, with the whole address to copy. */
import { ActionIcon, CopyButton, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useFlowData, useSession } from "@/api/queries";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import classes from "./WebhookPathField.module.css";
import type { WidgetProps } from "./widget";

export function WebhookPathField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const session = useSession();
  const live = useFlowData()?.live === true;
  const id = useId();
  const path = typeof value === "string" ? value : "";
  const base = (session?.public_url || location.origin).replace(/\/$/, "");
  return (
    <FieldFrame
      spec={spec}
      id={id}
      below={
        path && (
          <dl className={classes.addresses}>
            <Address
              label={live ? t("webhook.live") : t("webhook.whenLive")}
              url={`${base}/hooks/${path}`}
            />
            <Address label={t("webhook.test")} url={`${base}/hooks/test/${path}`} />
          </dl>
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

function Address({ label, url }: { label: string; url: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{url}</code>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t("common.copied") : t("webhook.copy")}>
              <ActionIcon aria-label={t("webhook.copy")} onClick={copy} size={26}>
                {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </dd>
    </div>
  );
}
