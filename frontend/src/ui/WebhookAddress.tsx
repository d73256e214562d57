/** The one address to copy, in the bar and on the step that owns it. */
import { Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFlowData } from "@/api/queries";
import classes from "./WebhookAddress.module.css";

export function WebhookAddress() {
  const { t } = useTranslation();
  const url = useFlowData()?.triggers.find((trigger) => trigger.url)?.url;
  if (!url) return null;
  return (
    <CopyButton value={url} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={url} multiline maw={420}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={copied ? <IconCheck size={15} /> : <IconLink size={15} />}
            onClick={copy}
            classNames={{ section: classes.icon ?? "" }}
            aria-label={copied ? t("common.copied") : t("bar.copyAddress")}
          >
            <span className={classes.words}>
              {copied ? t("common.copied") : t("bar.copyAddress")}
            </span>
          </Button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
