/** Runs the draft with a sample: JSON to start from, the last one remembered. */
import {
  Alert,
  Button,
  Checkbox,
  Group,
  List,
  Modal,
  Select,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPinFilled } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, plainMessage } from "@/api/client";
import { useManyCalls } from "@/api/counts";
import { api } from "@/api/endpoints";
import { usePins } from "@/api/pins";
import { useStartAddress } from "@/api/queries";
import type { NodeType } from "@/graph/catalogue";
import type { FlowNode, Json } from "@/graph/document";
import { fieldsOf } from "@/graph/fields";
import { sampleOf } from "@/graph/samples";
import { useEditor } from "@/store/editor";
import { showRun } from "@/store/live";
import { lastInput, rememberInput } from "@/store/memory";
import { saver } from "@/store/saver";
import { useUi } from "@/store/ui";
import { Addresses } from "@/ui/Address";

const JsonEditor = lazy(() => import("@/form/JsonEditor"));

type Start = { node: FlowNode; type: NodeType };

export default function TestDialog() {
  const { t } = useTranslation();
  const draft = useEditor((state) => state.draft);
  const catalogue = useEditor((state) => state.catalogue);
  const showDialog = useUi((state) => state.showDialog);
  const starts = draft.nodes.flatMap((node): Start[] => {
    const type = catalogue.of(node);
    return type?.trigger && !node.disabled ? [{ node, type }] : [];
  });
  const [key, setKey] = useState(starts[0]?.node.key ?? null);
  const start = starts.find((other) => other.node.key === key) ?? starts[0];
  return (
    <Modal
      opened
      onClose={() => showDialog(null)}
      size="lg"
      title={<b>{t("test.title")}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {start ? (
        <Stack>
          {starts.length > 1 && (
            <Select
              label={t("test.start")}
              data={starts.map(({ node }) => ({ value: node.key, label: node.name }))}
              value={start.node.key}
              allowDeselect={false}
              onChange={setKey}
            />
          )}
          <InputForm key={start.node.key} start={start} />
          <TestAddress start={start} />
        </Stack>
      ) : (
        <Text size="sm">{t("test.noStart")}</Text>
      )}
    </Modal>
  );
}

/** What a webhook is called by while one tries it out. */
function TestAddress({ start }: { start: Start }) {
  const { t } = useTranslation();
  const spec = fieldsOf(start.type).find((field) => field.kind === "webhook_path");
  const address = useStartAddress(spec?.direction);
  const path = spec && start.node.params[spec.name];
  if (typeof path !== "string" || !path) return null;
  return <Addresses of={[{ label: t("test.address"), url: address(`test/${path}`) }]} />;
}

function InputForm({ start }: { start: Start }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { flowId } = useEditor.getState();
  const { showDialog, showSide } = useUi.getState();
  const [text, setText] = useState(
    () =>
      lastInput(flowId, start.node.key) ??
      JSON.stringify(sampleOf(start.node, start.type) ?? {}, null, 2),
  );
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const draft = useEditor((state) => state.draft);
  const catalogue = useEditor((state) => state.catalogue);
  const many = useManyCalls(draft, catalogue);
  const [sure, setSure] = useState(false);

  const run = async () => {
    const input = parsed(text);
    if (!input) return setFailure(t("test.badJson"));
    setBusy(true);
    setFailure(null);
    try {
      if (!(await saver().flush())) return setFailure(t("publish.unsaved"));
      const { run: started } = await api.startRun(flowId, start.node.key, input.value);
      rememberInput(flowId, start.node.key, text);
      await showRun(started.id, false);
      void client.invalidateQueries({ queryKey: ["runs"] });
      showDialog(null);
    } catch (error) {
      setFailure(plainMessage(error));
      if (error instanceof ApiError && error.issues.length > 0) {
        // Nothing ran: the problems say why, and lead to the fields concerned.
        notifications.show({ color: "red", message: plainMessage(error) });
        showDialog(null);
        showSide("problems");
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("test.help", { name: start.node.name })}
      </Text>
      <PinsInUse start={start.node.id} />
      <ManyCalls calls={many} sure={sure} onSure={setSure} />
      <Suspense fallback={<Skeleton height={220} />}>
        <JsonEditor value={text} onChange={setText} label={t("test.input")} minHeight={200} />
      </Suspense>
      {failure && (
        <Alert color="red" variant="light" role="alert">
          {failure}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => showDialog(null)}>
          {t("common.cancel")}
        </Button>
        <Button
          data-autofocus
          disabled={many.length > 0 && !sure}
          loading={busy}
          onClick={() => void run()}
          data-testid="run-now"
        >
          {t("test.run")}
        </Button>
      </Group>
    </>
  );
}

type ManyProps = {
  calls: readonly { name: string; times: number }[];
  sure: boolean;
  onSure: (sure: boolean) => void;
};

/** Two hundred mails are not sent by a click that was meant as a try. */
function ManyCalls({ calls, sure, onSure }: ManyProps) {
  const { t } = useTranslation();
  if (calls.length === 0) return null;
  return (
    <Alert variant="light" color="orange" data-testid="many-calls">
      <Text size="sm">{t("count.many")}</Text>
      <List size="sm" my="xs">
        {calls.map(({ name, times }) => (
          <List.Item key={name}>
            <b>{name}</b> {t("count.times", { count: times })}
          </List.Item>
        ))}
      </List>
      <Checkbox
        size="sm"
        label={t("count.sure")}
        checked={sure}
        onChange={(event) => onSure(event.currentTarget.checked)}
      />
    </Alert>
  );
}

/** What is pinned is not run, and that should not come as a surprise. */
function PinsInUse({ start }: { start: string }) {
  const { t } = useTranslation();
  const pins = usePins();
  const draft = useEditor((state) => state.draft);
  const names = draft.nodes
    .filter((node) => pins.has(node.id) && node.id !== start && !node.disabled)
    .map((node) => `“${node.name}”`);
  if (names.length === 0) return null;
  return (
    <Alert variant="light" icon={<IconPinFilled size={16} />} data-testid="pins-in-use">
      {t("build.inTest", { count: names.length, names: names.join(", ") })}
    </Alert>
  );
}

function parsed(text: string): { value: Json } | null {
  if (!text.trim()) return { value: {} };
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return null;
  }
}
