/** What was published when, by whom; any version can be brought back into the draft. */
import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconVersions } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useVersions } from "@/api/queries";
import type { FlowVersion } from "@/api/types";
import { useEditor } from "@/store/editor";
import { leaveRun } from "@/store/live";
import { saver } from "@/store/saver";
import { EmptyHint } from "@/ui/EmptyHint";
import { moment } from "@/ui/time";
import classes from "./lists.module.css";

export function Versions() {
  const { t } = useTranslation();
  const versions = useVersions();
  if (versions.isPending) return <Skeleton h={60} m="xs" aria-label={t("load.loading")} />;
  if (versions.error) {
    return <EmptyHint icon={<IconVersions size={28} />} title={plainMessage(versions.error)} />;
  }
  if (versions.data.length === 0) {
    return (
      <EmptyHint
        icon={<IconVersions size={28} />}
        title={t("versions.none")}
        text={t("versions.noneHelp")}
      />
    );
  }
  return (
    <ul className={classes.list}>
      {versions.data.map((version) => (
        <VersionRow key={version.number} version={version} />
      ))}
    </ul>
  );
}

function VersionRow({ version }: { version: FlowVersion }) {
  const { t, i18n } = useTranslation();
  const readOnly = useEditor((state) => state.readOnly);
  const [busy, setBusy] = useState(false);
  const bringBack = async () => {
    setBusy(true);
    try {
      await restore(version.number);
      notifications.show({ message: t("versions.restored", { number: version.number }) });
    } catch (error) {
      notifications.show({ color: "red", message: plainMessage(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className={classes.row}>
      <span>
        <b>
          {t("versions.number", { number: version.number })}{" "}
          {version.live && <span className={classes.live}>{t("versions.live")}</span>}
        </b>
        <span>{version.note}</span>
        <span className={classes.quiet}>
          {[moment(version.published_at, i18n.language), version.author]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {version.runs_in_progress > 0 && (
          <span className={classes.quiet}>
            {t("versions.running", { count: version.runs_in_progress })}
          </span>
        )}
      </span>
      {!readOnly && (
        <Button size="compact-xs" variant="default" loading={busy} onClick={() => void bringBack()}>
          {t("versions.restore")}
        </Button>
      )}
    </li>
  );
}

async function restore(number: number): Promise<void> {
  leaveRun();
  if (!(await saver().flush())) return;
  const { flowId, revision } = useEditor.getState();
  await api.restore(flowId, number, revision);
  const draft = await api.draft(flowId);
  saver().adoptSaved(draft.graph, draft.revision);
  useEditor.getState().saved(draft.revision, draft.issues);
}
