/** An address with a button that copies it. */
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Address.module.css";

export function Addresses({ of }: { of: readonly { label: string; url: string }[] }) {
  return (
    <dl className={classes.addresses}>
      {of.map((address) => (
        <Address key={address.url} {...address} />
      ))}
    </dl>
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
