/** Data of one exit as JSON to change; what is saved is pinned. */
import { Alert, Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { useSetPin } from "@/api/pins";
import type { FlowNode, Json } from "@/graph/document";
import { useAbove } from "@/ui/useAbove";

const JsonEditor = lazy(() => import("@/form/JsonEditor"));

type Props = { node: FlowNode; port: string; values: readonly Json[]; onClose: () => void };

export function EditData({ node, port, values, onClose }: Props) {
  const { t } = useTranslation();
  const set = useSetPin();
  const [text, setText] = useState(() => JSON.stringify(values, null, 2));
  const [failure, setFailure] = useState<string | null>(null);
  useAbove();
  const save = () => {
    const items = listIn(text);
    if (!items) return setFailure(t("build.editNotList"));
    set.mutate(
      { node: node.id, outputs: { [port]: items } },
      { onSuccess: onClose, onError: (error) => setFailure(plainMessage(error)) },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      zIndex={400}
      title={<b>{t("build.editTitle", { name: node.name })}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack data-testid="edit-data-dialog">
        <Text size="sm" c="dimmed">
          {t("build.editHelp")}
        </Text>
        <Suspense fallback={<Skeleton height={260} />}>
          <JsonEditor value={text} onChange={setText} label={t("build.edit")} minHeight={240} />
        </Suspense>
        {failure && (
          <Alert color="red" variant="light" role="alert">
            {failure}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button loading={set.isPending} onClick={save} data-testid="save-data">
            {t("build.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function listIn(text: string): Json[] | null {
  try {
    const value = JSON.parse(text) as Json;
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
