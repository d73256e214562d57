/** Before a part of the draft runs: what it would do besides, what it lacks, or why it did not. */
import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { usePart } from "@/store/part";
import { useAbove } from "@/ui/useAbove";

export default function PartDialog() {
  const { t } = useTranslation();
  const { question, failure, busy, agree, dismiss } = usePart();
  const lacking = question?.lacking ?? [];
  const acts = question?.part.acts ?? [];
  const names = lacking.map((step) => `“${step.name}”`).join(", ");
  const title = failure
    ? t("build.failed")
    : t(lacking.length > 0 ? "build.lackingTitle" : "build.actsTitle");
  useAbove();
  return (
    <Modal
      opened
      onClose={dismiss}
      centered
      zIndex={400}
      title={<b>{title}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack data-testid="part-question">
        {failure && (
          <Alert color="red" variant="light" role="alert">
            {failure}
          </Alert>
        )}
        {lacking.length > 0 && <Text size="sm">{t("build.lacking", { names })}</Text>}
        {acts.length > 0 && (
          <div>
            <Text size="sm">{t("build.acts", { count: acts.length })}</Text>
            <List size="sm" mt="xs">
              {acts.map((step) => (
                <List.Item key={step.key}>
                  <b>{step.name}</b>
                </List.Item>
              ))}
            </List>
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={dismiss}>
            {question ? t("common.cancel") : t("common.close")}
          </Button>
          {question && (
            <Button
              data-autofocus
              loading={busy !== null}
              onClick={() => void agree()}
              data-testid="part-agree"
            >
              {lacking.length > 0 ? t("build.to") : t("build.runAnyway")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
