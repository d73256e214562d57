/** Over the canvas while a run is shown: how it stands, *Stop*, and the way back to the draft. */
import { ActionIcon, Anchor, Button, Paper } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { money, useRunTook } from "@/api/costs";
import { useWaits } from "@/api/data";
import { api } from "@/api/endpoints";
import { useMayRun } from "@/api/queries";
import type { RunDetail } from "@/api/types";
import { shownGraph, stepName, useEditor } from "@/store/editor";
import { leaveRun, showRun } from "@/store/live";
import { isOver, lostAttempts, useRun } from "@/store/run";
import { AgainMenu } from "@/ui/AgainMenu";
import { LostQuestion } from "@/ui/LostQuestion";
import { ModeBadge } from "@/ui/ModeBadge";
import { StateMark } from "@/ui/StateMark";
import { duration } from "@/ui/time";
import { Waits } from "@/ui/Waits";
import classes from "./RunBar.module.css";

export function RunBar() {
  const run = useRun((state) => state.run);
  return run ? <Bar run={run} /> : null;
}

function Bar({ run }: { run: RunDetail }) {
  const { t, i18n } = useTranslation();
  const past = useRun((state) => state.past);
  const mayRun = useMayRun();
  const elapsed = useElapsed(run);
  const lost = useRun((state) => lostAttempts(state)[0]);
  const graph = useEditor(shownGraph);
  const waits = useWaits();
  const over = isOver(run);
  const sentence = run.error
    ? [run.error.node_key && stepName(graph, run.error.node_key), run.error.message]
        .filter(Boolean)
        .join(": ")
    : (run.reason ?? run.why);
  return (
    <Paper
      component="section"
      className={classes.bar ?? ""}
      shadow="md"
      radius="lg"
      withBorder
      aria-label={t("run.label")}
      data-testid="run-bar"
      data-status={run.status}
    >
      <div className={classes.line} role="status">
        <StateMark status={run.status} lost={lost !== undefined} size={22} />
        <div className={classes.words}>
          <b>
            {run.partial_errors > 0 && run.status === "succeeded"
              ? t("run.withErrors", { count: run.partial_errors })
              : t(`state.${run.status}`)}
          </b>
          <span>{duration(elapsed, i18n.language)}</span>
          <ModeBadge run={run} />
          <Took />
        </div>
        {!over && mayRun && <StopButton id={run.id} />}
        {over && mayRun && <AgainMenu run={run} />}
        {past ? (
          <Button size="xs" leftSection={<IconArrowLeft size={14} />} onClick={leaveRun}>
            {t("run.back")}
          </Button>
        ) : (
          over && (
            <ActionIcon aria-label={t("run.hide")} onClick={leaveRun}>
              <IconX size={16} />
            </ActionIcon>
          )
        )}
      </div>
      {run.again?.from === "part" && <PartOf run={run} />}
      {run.again_of && run.again?.from !== "part" && <Repeats run={run} />}
      {waits.length > 0 && !lost && <Waits waits={waits} nameOf={(key) => stepName(graph, key)} />}
      {sentence && !lost && waits.length === 0 && (
        <p className={classes.why}>
          {sentence} {run.error?.fix}
        </p>
      )}
      {lost && <LostQuestion run={run.id} attempt={lost} name={stepName(graph, lost.key)} />}
    </Paper>
  );
}

/** What models took so far, and what kept answers saved. */
function Took() {
  const { t, i18n } = useTranslation();
  const took = useRunTook();
  if (took === null) return null;
  const words = t("costs.run", { cost: money(took.cost, i18n.language), tokens: took.tokens });
  const saved = t("costs.saved", { saved: money(took.saved, i18n.language) });
  return <span data-testid="run-took">{took.saved > 0 ? `${words} · ${saved}` : words}</span>;
}

/** That only a part ran, and how much of it was there already. */
function PartOf({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const kept = run.again?.kept.length ?? 0;
  return (
    <p className={classes.why}>
      {t("build.partOf", { name: run.again?.step?.name ?? "" })}{" "}
      {kept > 0 && t("build.partKept", { count: kept })}
    </p>
  );
}

/** Which run this one repeats, and how much of it was taken over. */
function Repeats({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const kept = run.again?.kept.length ?? 0;
  const before = () => void (run.again_of && showRun(run.again_of, true));
  return (
    <p className={classes.why}>
      {run.replays ? t("again.replayed") : t("again.repeated", { count: kept })}{" "}
      <Anchor component="button" type="button" size="xs" onClick={before}>
        {t("again.before")}
      </Anchor>
    </p>
  );
}

function StopButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const stop = () => {
    setAsked(true);
    api.cancelRun(id).then(
      (run) => useRun.getState().update(run),
      (error: unknown) => {
        setAsked(false);
        notifications.show({ color: "red", message: plainMessage(error) });
      },
    );
  };
  return (
    <Button
      size="xs"
      variant="default"
      loading={asked}
      leftSection={<IconPlayerStop size={14} />}
      onClick={stop}
    >
      {t("run.stop")}
    </Button>
  );
}

function useElapsed(run: RunDetail): number | null {
  const over = isOver(run);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [over]);
  if (over) return run.duration_ms;
  const from = run.started_at ?? run.created_at;
  return Math.max(0, now - Date.parse(from));
}
