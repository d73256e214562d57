/** Past runs of this flow; one click shows a run on the canvas. */
import { Button, Skeleton, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { useRuns } from "@/api/queries";
import type { Run } from "@/api/types";
import { showRun } from "@/store/live";
import { useRun } from "@/store/run";
import { useUi } from "@/store/ui";
import { EmptyHint } from "@/ui/EmptyHint";
import { LongList } from "@/ui/LongList";
import { ModeBadge } from "@/ui/ModeBadge";
import { StateMark } from "@/ui/StateMark";
import { duration, moment } from "@/ui/time";
import classes from "./lists.module.css";

export function Runs() {
  const { t } = useTranslation();
  const version = useUi((state) => state.runsOn);
  const runs = useRuns(version);
  const all = runs.data?.pages.flatMap((page) => page.results) ?? [];
  if (runs.isPending) {
    return (
      <Stack gap="xs" p="xs" role="status" aria-label={t("load.loading")}>
        <Skeleton h={44} />
        <Skeleton h={44} />
        <Skeleton h={44} />
      </Stack>
    );
  }
  if (runs.error) {
    return (
      <EmptyHint icon={<IconHistory size={28} />} title={plainMessage(runs.error)}>
        <Button size="xs" variant="default" onClick={() => void runs.refetch()}>
          {t("common.tryAgain")}
        </Button>
      </EmptyHint>
    );
  }
  if (all.length === 0 && version === null) {
    return (
      <EmptyHint
        icon={<IconHistory size={28} />}
        title={t("runs.none")}
        text={t("runs.noneHelp")}
      />
    );
  }
  return (
    <>
      {version !== null && <OnlyOn version={version} none={all.length === 0} />}
      <LongList items={all} keyOf={(run) => run.id} className={classes.list}>
        {(run) => <RunRow run={run} />}
      </LongList>
      {runs.hasNextPage && (
        <div className={classes.more}>
          <Button
            size="xs"
            variant="subtle"
            loading={runs.isFetchingNextPage}
            onClick={() => void runs.fetchNextPage()}
          >
            {t("runs.more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** That the list shows only some runs, and the way to all of them. */
function OnlyOn({ version, none }: { version: number; none: boolean }) {
  const { t } = useTranslation();
  const showRunsOn = useUi((state) => state.showRunsOn);
  return (
    <div className={classes.only} role="status">
      {t(none ? "runs.noneOn" : "runs.on", { number: version })}
      <Button size="compact-xs" variant="default" onClick={() => showRunsOn(null)}>
        {t("runs.all")}
      </Button>
    </div>
  );
}

function RunRow({ run }: { run: Run }) {
  const { t, i18n } = useTranslation();
  const shown = useRun((state) => state.run?.id === run.id);
  const open = () =>
    void showRun(run.id, true).catch((error: unknown) =>
      notifications.show({ color: "red", message: plainMessage(error) }),
    );
  return (
    <button type="button" className={classes.row} data-active={shown || undefined} onClick={open}>
      <StateMark status={run.status} />
      <span>
        <b>{t(`state.${run.status}`)}</b>
        <span className={classes.quiet}>
          {[moment(run.created_at, i18n.language), duration(run.duration_ms, i18n.language)]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {run.again_of && (
          <span className={classes.quiet}>
            {t(run.replays ? "again.markTried" : "again.markAgain")}
          </span>
        )}
        {run.partial_errors > 0 && (
          <span className={classes.quiet}>{t("runs.partial", { count: run.partial_errors })}</span>
        )}
        {run.error && <em>{run.error.message}</em>}
      </span>
      <ModeBadge run={run} />
    </button>
  );
}
