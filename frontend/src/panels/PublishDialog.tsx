/** Makes the draft live: what changes, a note, and what stands in the way. */
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { flowKey, useFlowData } from "@/api/queries";
import { useTimesOf } from "@/api/times";
import type { Issue } from "@/api/types";
import { useEditor } from "@/store/editor";
import { saver } from "@/store/saver";
import { useUi } from "@/store/ui";
import { ChangeList } from "@/ui/ChangeList";
import { IssueList } from "@/ui/IssueList";
import { momentIn } from "@/ui/time";
import { WebhookAddress } from "@/ui/WebhookAddress";
import classes from "./PublishDialog.module.css";
import { PublishTests, useFlowTests } from "./PublishTests";

export default function PublishDialog() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const flow = useFlowData();
  const issues = useEditor((state) => state.issues);
  const showDialog = useUi((state) => state.showDialog);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ message: string; issues: Issue[] } | null>(null);
  const tests = useFlowTests();
  const fails = tests.list.some((test) => test.fresh && test.passed === false);
  const close = () => showDialog(null);

  const publish = async () => {
    setBusy(true);
    setFailure(null);
    try {
      if (!(await saver().flush()))
        return setFailure({ message: t("publish.unsaved"), issues: [] });
      const { flowId, revision } = useEditor.getState();
      const { version } = await api.publish(flowId, revision, note);
      await client.invalidateQueries({ queryKey: flowKey });
      void client.invalidateQueries({ queryKey: ["versions"] });
      notifications.show({ color: "teal", message: t("publish.done", { number: version.number }) });
      close();
    } catch (error) {
      setFailure({
        message: plainMessage(error),
        issues: error instanceof ApiError ? error.issues : [],
      });
    } finally {
      setBusy(false);
    }
  };
  const next = (flow?.live_version ?? 0) + 1;
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<b>{t("publish.title")}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack>
        <Text size="sm">
          {flow?.live_version
            ? t("publish.changes", { count: flow.draft_changes, number: flow.live_version })
            : t("publish.first")}
        </Text>
        {flow?.live_version && flow.draft_changes > 0 && <WhatChanges from={flow.live_version} />}
        <Check issues={failure && failure.issues.length > 0 ? failure.issues : issues} />
        {failure && failure.issues.length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {failure.message}
          </Alert>
        )}
        <PublishTests tests={tests} />
        <Starts />
        <Textarea
          label={t("publish.note")}
          placeholder={t("publish.notePlaceholder")}
          value={note}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <WebhookAddress />
          <Group ml="auto">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button
              data-autofocus
              loading={busy}
              color={fails ? "orange.9" : undefined}
              disabled={issues.some((issue) => issue.severity === "error")}
              onClick={() => void publish()}
              data-testid="publish-now"
            >
              {t(fails ? "flowTests.anyway" : "publish.button", { number: next })}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The same list as under *Versions*, before it is too late. */
function WhatChanges({ from }: { from: number }) {
  const { t } = useTranslation();
  const revision = useEditor((state) => state.revision);
  const compared = useQuery({
    queryKey: ["compare", from, revision],
    queryFn: () => api.compare(useEditor.getState().flowId, String(from), "draft"),
  });
  if (!compared.data) return null;
  return (
    <section className={classes.check} aria-label={t("publish.whatChanges")}>
      <Text size="sm" fw={600}>
        {t("publish.whatChanges")}
      </Text>
      <div className={classes.issues}>
        <ChangeList changes={compared.data.changes} />
      </div>
    </section>
  );
}

/** When it will start by itself from now on. */
function Starts() {
  const { t, i18n } = useTranslation();
  const draft = useEditor((state) => state.draft);
  const catalogue = useEditor((state) => state.catalogue);
  const timed = useTimesOf(draft, catalogue);
  if (timed.length === 0) return null;
  return (
    <Stack gap={2}>
      {timed.map(({ node, times: { words, zone, times } }) => (
        <Text size="sm" key={node.id} data-testid="publish-next">
          {t("publish.next", { words, when: momentIn(times[0] ?? "", zone, i18n.language) })}
        </Text>
      ))}
    </Stack>
  );
}

/** What stands in the way, what is doubtful, what would be better: each with its remedy. */
function Check({ issues }: { issues: readonly Issue[] }) {
  const { t } = useTranslation();
  const count = (severity: Issue["severity"]) =>
    issues.filter((issue) => issue.severity === severity).length;
  const errors = count("error");
  const rest = (["warning", "advice"] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => t(`check.${severity}`, { count: count(severity) }));
  return (
    <section className={classes.check} aria-label={t("check.title")} data-testid="publish-check">
      <Text size="sm" fw={600} c={errors > 0 ? "red.8" : undefined}>
        {errors > 0 ? t("publish.blocked", { count: errors }) : rest.join(", ") || t("check.good")}
      </Text>
      {issues.length > 0 && (
        <div className={classes.issues}>
          <IssueList issues={issues} />
        </div>
      )}
    </section>
  );
}
