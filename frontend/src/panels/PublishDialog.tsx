/** Makes the draft live: what changes, a note, and what stands in the way. */
import { Alert, Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
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
import { momentIn } from "@/ui/time";
import { WebhookAddress } from "@/ui/WebhookAddress";

export default function PublishDialog() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const flow = useFlowData();
  const issues = useEditor((state) => state.issues);
  const showDialog = useUi((state) => state.showDialog);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ message: string; issues: Issue[] } | null>(null);
  const errors = (failure?.issues ?? issues).filter((issue) => issue.severity === "error");
  const warnings = issues.filter((issue) => issue.severity === "warning");
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
        {errors.length > 0 && <Blockers issues={errors} />}
        {failure && failure.issues.length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {failure.message}
          </Alert>
        )}
        {warnings.length > 0 && errors.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("publish.warnings", { count: warnings.length })}
          </Text>
        )}
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
              disabled={issues.some((issue) => issue.severity === "error")}
              onClick={() => void publish()}
              data-testid="publish-now"
            >
              {t("publish.button", { number: next })}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
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

function Blockers({ issues }: { issues: Issue[] }) {
  const { t } = useTranslation();
  const nodes = useEditor((state) => state.draft.nodes);
  const { openStep, showDialog } = useUi.getState();
  return (
    <Alert color="red" variant="light" title={t("publish.blocked", { count: issues.length })}>
      <List size="sm" spacing={4}>
        {issues.map((issue, index) => {
          const step = nodes.find((node) => node.id === issue.node);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read the same
            <List.Item key={index}>
              {step && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  mr={4}
                  onClick={() => {
                    showDialog(null);
                    openStep(step.id, issue.field);
                  }}
                >
                  {step.name}
                </Button>
              )}
              {issue.message}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
