/** Someone else saved in between: theirs, mine, or look first. Nothing is lost either way. */
import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { differences } from "@/graph/diff";
import { useEditor } from "@/store/editor";
import { saver, useSaver } from "@/store/saver";

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

function Differences() {
  const { t } = useTranslation();
  const save = useSaver((store) => store.state);
  const draft = useEditor((state) => state.draft);
  if (save.kind !== "conflict") return null;
  const found = differences(save.theirs, draft);
  if (found.length === 0) return <Text size="sm">{t("conflict.onlyPlaces")}</Text>;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t("conflict.differs")}
      </Text>
      <List size="sm">
        {found.map((difference) => (
          <List.Item key={`${difference.kind}:${difference.name}`}>
            {t(`conflict.${difference.kind}`, { name: difference.name })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
