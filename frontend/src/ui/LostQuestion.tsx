/** Only a person can say what happened when a try was cut off: three answers, no guess. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useMayRun } from "@/api/queries";
import type { Attempt } from "@/api/types";

type Choice = "repeat" | "done" | "stop";
type Props = { run: string; attempt: Attempt; name: string };

export function LostQuestion({ run, attempt, name }: Props) {
  const { t } = useTranslation();
  const mayRun = useMayRun();
  const [busy, setBusy] = useState<Choice | null>(null);
  const answer = (choice: Choice) => {
    setBusy(choice);
    api
      .resolve(run, attempt.key, { iteration: attempt.iteration, item: attempt.item, choice })
      .catch((error: unknown) => notifications.show({ color: "red", message: plainMessage(error) }))
      .finally(() => setBusy(null));
  };
  const button = (choice: Choice) => (
    <Button
      size="xs"
      variant="default"
      loading={busy === choice}
      disabled={busy !== null}
      onClick={() => answer(choice)}
    >
      {t(`lost.${choice}`)}
    </Button>
  );
  return (
    <Paper
      component="section"
      aria-label={t("state.lost")}
      mt="sm"
      p="sm"
      radius="md"
      bg="var(--sg-sunken)"
    >
      <Text fw={600} size="sm">
        {t("state.lost")}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t(mayRun ? "lost.help" : "lost.notYou", { name })}
      </Text>
      {mayRun && (
        <Group gap="xs">
          {button("repeat")}
          {button("done")}
          {button("stop")}
        </Group>
      )}
    </Paper>
  );
}
