/** Runs a finished run again, or tries it on the draft; says beforehand what would happen. */
import { Alert, Button, Group, Modal, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useFlowData } from "@/api/queries";
import type { Again, LookAhead, RunDetail } from "@/api/types";
import { shownGraph, useEditor } from "@/store/editor";
import { showRun } from "@/store/live";
import { hasFailed, useRun } from "@/store/run";
import { saver } from "@/store/saver";
import { useUi } from "@/store/ui";
import classes from "./AgainDialog.module.css";

export default function AgainDialog() {
  const { t } = useTranslation();
  const run = useRun((state) => state.run);
  const asked = useUi((state) => state.again);
  const showDialog = useUi((state) => state.showDialog);
  if (!run) return null;
  const replay = asked.from === "replay";
  return (
    <Modal
      opened
      onClose={() => showDialog(null)}
      size="lg"
      title={<b>{t(replay ? "again.replayTitle" : "again.title")}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
      data-testid="again-dialog"
    >
      {replay ? <Replay run={run} /> : <Repeat run={run} />}
    </Modal>
  );
}

function Replay({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const begin = useBegin(() => api.replay(run.id), true);
  return (
    <Stack>
      <Text size="sm">{t("again.replayHelp")}</Text>
      <Text size="sm" c="dimmed">
        {t("again.replayMissing")}
      </Text>
      <Buttons begin={begin} label={t("again.try")} />
    </Stack>
  );
}

function Repeat({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const opened = useUi((state) => state.again);
  const [from, setFrom] = useState<Again["from"]>(opened.from === "replay" ? "start" : opened.from);
  const [step, setStep] = useState(opened.step);
  // Of a part there is nothing to run as it was: the rest of the flow is not in it.
  const [on, setOn] = useState<Again["on"]>(run.again?.from === "part" ? "draft" : "same");
  const asked: Again = { from, step: from === "step" ? step : null, on };
  const ready = from !== "step" || step !== null;
  const ahead = useAhead(run.id, asked, ready);
  const begin = useBegin(() => api.runAgain(run.id, asked), on === "draft");
  return (
    <Stack>
      <Radio.Group
        label={t("again.from")}
        value={from}
        onChange={(v) => setFrom(v as Again["from"])}
      >
        <Stack gap={8} mt={6}>
          {hasFailed(run) && <Radio value="failure" label={t("again.failure")} />}
          <Radio value="start" label={t("again.start")} />
          <Radio value="step" label={t("again.step")} />
        </Stack>
      </Radio.Group>
      {from === "step" && <StepSelect value={step} onChange={setStep} />}
      <Versions run={run} value={on} onChange={setOn} />
      {ahead.error && (
        <Alert color="orange" variant="light" role="alert">
          {plainMessage(ahead.error)}
        </Alert>
      )}
      {ahead.data && <Ahead data={ahead.data} from={from} />}
      <Buttons
        begin={begin}
        label={t("again.run")}
        disabled={!ready || ahead.data === undefined || ahead.error !== null}
      />
    </Stack>
  );
}

function StepSelect(props: { value: string | null; onChange: (key: string | null) => void }) {
  const { t } = useTranslation();
  const graph = useEditor(shownGraph);
  return (
    <Select
      aria-label={t("again.pick")}
      placeholder={t("again.pick")}
      data={graph.nodes.map((node) => ({ value: node.key, label: node.name || node.key }))}
      searchable
      {...props}
    />
  );
}

type VersionsProps = { run: RunDetail; value: Again["on"]; onChange: (on: Again["on"]) => void };

function Versions({ run, value, onChange }: VersionsProps) {
  const { t } = useTranslation();
  const live = useFlowData()?.live_version ?? null;
  const same =
    run.version === null ? t("again.sameTest") : t("again.same", { number: run.version });
  return (
    <Radio.Group label={t("again.on")} value={value} onChange={(on) => onChange(on as Again["on"])}>
      <Stack gap={8} mt={6}>
        <Radio value="same" label={same} />
        {live !== null && !run.replays && live !== run.version && (
          <Radio value="live" label={t("again.live", { number: live })} />
        )}
        <Radio value="draft" label={t("again.draft")} />
      </Stack>
    </Radio.Group>
  );
}

/** In plain words: what stands, what happens again, and what acts on the world outside. */
function Ahead({ data, from }: { data: LookAhead; from: Again["from"] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.ahead} data-testid="again-ahead">
      {from === "start" ? (
        <p>{t("again.doneAll")}</p>
      ) : (
        <>
          <h3>{t("again.kept")}</h3>
          <p>{data.kept.map((step) => step.name).join(", ") || t("again.keptNone")}</p>
          <h3>{t("again.done")}</h3>
          <ul>
            {data.redone.map((step) => (
              <li key={step.key}>
                <b>{step.name}:</b> {step.why}
              </li>
            ))}
          </ul>
        </>
      )}
      {data.acts.length > 0 && (
        <Alert color="orange" variant="light" title={t("again.acts", { count: data.acts.length })}>
          {data.acts.map((step) => step.name).join(", ")}
        </Alert>
      )}
      {data.uncertain.length > 0 && (
        <Alert
          color="orange"
          variant="light"
          title={t("again.uncertain", { count: data.uncertain.length })}
        >
          {data.uncertain.map((step) => step.name).join(", ")}
        </Alert>
      )}
    </div>
  );
}

function useAhead(run: string, asked: Again, ready: boolean) {
  return useQuery({
    queryKey: ["again", run, asked],
    queryFn: async () => {
      // The draft that counts is the one on the screen.
      if (asked.on === "draft") await saver().flush();
      return api.lookAhead(run, asked);
    },
    enabled: ready,
    staleTime: 0,
    retry: false,
  });
}

type Begin = { go: () => void; busy: boolean; failure: string | null };

/** Starts the new run and shows it: over the draft where it is one of the draft. */
function useBegin(start: () => Promise<{ run: { id: string } }>, onDraft: boolean): Begin {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { showDialog, openStep } = useUi.getState();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const begin = async () => {
    setBusy(true);
    setFailure(null);
    try {
      if (onDraft && !(await saver().flush())) return setFailure(t("publish.unsaved"));
      const { run } = await start();
      await showRun(run.id, !onDraft);
      void client.invalidateQueries({ queryKey: ["runs"] });
      openStep(null);
      showDialog(null);
    } catch (error) {
      setFailure(plainMessage(error));
    } finally {
      setBusy(false);
    }
  };
  return { go: () => void begin(), busy, failure };
}

type ButtonsProps = { begin: Begin; label: string; disabled?: boolean };

function Buttons({ begin, label, disabled = false }: ButtonsProps) {
  const { t } = useTranslation();
  const showDialog = useUi((state) => state.showDialog);
  return (
    <>
      {begin.failure && (
        <Alert color="red" variant="light" role="alert">
          {begin.failure}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => showDialog(null)}>
          {t("common.cancel")}
        </Button>
        <Button loading={begin.busy} disabled={disabled} onClick={begin.go} data-testid="again-now">
          {label}
        </Button>
      </Group>
    </>
  );
}
