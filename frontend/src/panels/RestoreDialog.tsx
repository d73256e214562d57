/** Before a version takes the place of a draft with changes that nobody published. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = {
  number: number;
  changes: number;
  busy: boolean;
  onAgree: () => void;
  onClose: () => void;
};

export function RestoreDialog({ number, changes, busy, onAgree, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t("restore.title", { number })}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack>
        <Text size="sm">{t("restore.lose", { count: changes, number })}</Text>
        <Text size="xs" c="dimmed">
          {t("restore.safe")}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button data-autofocus loading={busy} onClick={onAgree} data-testid="restore-agree">
            {t("restore.button", { number })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
