/** What was published when, by whom, what each changed; any version can be brought back. */
import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconVersions } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { flowKey, useFlowData, useVersions } from "@/api/queries";
import type { Change, FlowVersion } from "@/api/types";
import { compare, type Side, useCompare } from "@/store/compare";
import { useEditor } from "@/store/editor";
import { leaveRun } from "@/store/live";
import { saver } from "@/store/saver";
import { useUi } from "@/store/ui";
import { ChangeList } from "@/ui/ChangeList";
import { EmptyHint } from "@/ui/EmptyHint";
import { moment } from "@/ui/time";
import classes from "./lists.module.css";
import { RestoreDialog } from "./RestoreDialog";

export function Versions() {
  const { t } = useTranslation();
  const versions = useVersions();
  if (versions.isPending) return <Skeleton h={60} m="xs" aria-label={t("load.loading")} />;
  if (versions.error) {
    return <EmptyHint icon={<IconVersions size={28} />} title={plainMessage(versions.error)} />;
  }
  const [newest] = versions.data;
  if (!newest) {
    return (
      <EmptyHint
        icon={<IconVersions size={28} />}
        title={t("versions.none")}
        text={t("versions.noneHelp")}
      />
    );
  }
  return (
    <>
      <Differences />
      <ul className={classes.list}>
        <DraftRow newest={newest.number} />
        {versions.data.map((version) => (
          <VersionRow key={version.number} version={version} />
        ))}
      </ul>
    </>
  );
}

/** While two are compared: the same in words. */
function Differences() {
  const { t } = useTranslation();
  const shown = useCompare((state) => state.shown);
  if (!shown) return null;
  const name = (side: Side) =>
    side === "draft" ? t("compare.draft") : t("compare.version", { number: side });
  return (
    <section className={classes.above} aria-label={t("change.title")}>
      <h3>
        {name(shown.before)} → {name(shown.after)}
      </h3>
      <ChangeList changes={shown.changes} onPick={goTo} />
    </section>
  );
}

function goTo(change: Change): void {
  if (change.node === null) return;
  useEditor.getState().select([change.node]);
  useUi.getState().revealStep(change.node);
}

function DraftRow({ newest }: { newest: number }) {
  const { t } = useTranslation();
  const changes = useFlowData()?.draft_changes ?? 0;
  return (
    <li className={classes.row}>
      <span>
        <b>{t("versions.draft")}</b>
        <span className={classes.quiet}>
          {changes > 0
            ? t("versions.draftChanges", { count: changes })
            : t("versions.draftSame", { number: newest })}
        </span>
      </span>
      {changes > 0 && (
        <Button size="compact-xs" variant="light" onClick={() => compare(newest, "draft")}>
          {t("versions.look")}
        </Button>
      )}
    </li>
  );
}

function VersionRow({ version }: { version: FlowVersion }) {
  const { t, i18n } = useTranslation();
  const { number } = version;
  const showRunsOn = useUi((state) => state.showRunsOn);
  return (
    <li className={`${classes.row} ${classes.tall}`} data-testid={`version-${number}`}>
      <span>
        <b>
          {t("versions.number", { number })}{" "}
          {version.live && <span className={classes.live}>{t("versions.live")}</span>}
        </b>
        <span>{version.note}</span>
        <span className={classes.quiet}>
          {[moment(version.published_at, i18n.language), version.author]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {version.runs_in_progress > 0 && (
          <button type="button" className={classes.link} onClick={() => showRunsOn(number)}>
            {t("versions.showRuns", { count: version.runs_in_progress })}
          </button>
        )}
      </span>
      <span className={classes.deeds}>
        {number > 1 && (
          <Button size="compact-xs" variant="default" onClick={() => compare(number - 1, number)}>
            {t("versions.look")}
          </Button>
        )}
        <BringBack number={number} />
      </span>
    </li>
  );
}

function BringBack({ number }: { number: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const readOnly = useEditor((state) => state.readOnly);
  const [busy, setBusy] = useState(false);
  const [loses, setLoses] = useState(0);
  const bringBack = async () => {
    setBusy(true);
    try {
      if (await restore(number)) {
        notifications.show({ message: t("versions.restored", { number }) });
      }
    } catch (error) {
      notifications.show({ color: "red", message: plainMessage(error) });
    } finally {
      setBusy(false);
      setLoses(0);
    }
  };
  const ask = async () => {
    setBusy(true);
    try {
      if (!(await saver().flush())) return;
      const { draft_changes } = await client.fetchQuery({
        queryKey: flowKey,
        queryFn: () => api.flow(useEditor.getState().flowId),
        staleTime: 0,
      });
      if (draft_changes === 0) return void (await bringBack());
      setLoses(draft_changes);
    } catch (error) {
      notifications.show({ color: "red", message: plainMessage(error) });
    } finally {
      setBusy(false);
    }
  };
  if (readOnly) return null;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={busy && loses === 0}
        onClick={() => void ask()}
      >
        {t("versions.restore")}
      </Button>
      {loses > 0 && (
        <RestoreDialog
          number={number}
          changes={loses}
          busy={busy}
          onAgree={() => void bringBack()}
          onClose={() => setLoses(0)}
        />
      )}
    </>
  );
}

async function restore(number: number): Promise<boolean> {
  leaveRun();
  if (!(await saver().flush())) return false;
  const { flowId, revision } = useEditor.getState();
  await api.restore(flowId, number, revision);
  const draft = await api.draft(flowId);
  saver().adoptSaved(draft.graph, draft.revision);
  useEditor.getState().saved(draft.revision, draft.issues);
  return true;
}
