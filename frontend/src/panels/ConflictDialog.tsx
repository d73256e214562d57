/** Someone else saved in between: theirs, mine, or look first. Nothing is lost either way. */
import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useEditor } from "@/store/editor";
import { saver, useSaver } from "@/store/saver";
import { ChangeList } from "@/ui/ChangeList";
import classes from "./ConflictDialog.module.css";

export default function ConflictDialog() {
  const { t } = useTranslation();
  const save = useSaver((store) => store.state);
  const [looking, setLooking] = useState(false);
  const [busy, setBusy] = useState(false);
  if (save.kind !== "conflict") return null;
  const keepMine = () => {
    setBusy(true);
    void saver()
      .keepMine()
      .finally(() => setBusy(false));
  };
  return (
    <Modal
      opened
      size="lg"
      title={<b>{t("conflict.title")}</b>}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      onClose={() => undefined}
    >
      <Stack>
        <Text size="sm">
          {save.by ? t("conflict.byName", { name: save.by }) : t("conflict.by")}
        </Text>
        {looking && <Differences />}
        <Group justify="flex-end">
          {!looking && (
            <Button variant="subtle" onClick={() => setLooking(true)}>
              {t("conflict.look")}
            </Button>
          )}
          <Button variant="default" onClick={() => saver().takeTheirs()}>
            {t("conflict.theirs")}
          </Button>
          <Button loading={busy} onClick={keepMine}>
            {t("conflict.mine")}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {t("conflict.safe")}
        </Text>
      </Stack>
    </Modal>
  );
}

/** Mine as seen from theirs, in words; the server compares, as it does for versions. */
function Differences() {
  const { t } = useTranslation();
  const draft = useEditor((state) => state.draft);
  const compared = useQuery({
    queryKey: ["compare-with", draft],
    queryFn: () => api.compareWith(useEditor.getState().flowId, draft),
    staleTime: 0,
  });
  if (compared.isPending) return <Skeleton height={60} aria-label={t("load.loading")} />;
  if (compared.error) return <Text size="sm">{plainMessage(compared.error)}</Text>;
  if (compared.data.changes.length === 0) return <Text size="sm">{t("conflict.onlyPlaces")}</Text>;
  return (
    <section aria-label={t("conflict.bothTitle")} className={classes.both}>
      <Text size="sm" fw={600} mb={4}>
        {t("conflict.bothTitle")}
      </Text>
      <ChangeList changes={compared.data.changes} />
    </section>
  );
}
