/** Pins what a step gave: as it came, written by hand, from a past run, or by the next call. */
import { ActionIcon, Button, Menu, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconEdit, IconHistory, IconPin, IconPinnedOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useDropPin, usePin, useSetPin } from "@/api/pins";
import type { Run } from "@/api/types";
import type { FlowNode } from "@/graph/document";
import { page } from "@/page";
import { StateMark } from "@/ui/StateMark";
import { dateTime } from "@/ui/time";

type Props = {
  node: FlowNode;
  /** The run whose data is shown, where it gave some; that can be pinned as it is. */
  run: string | null;
  iteration: string;
  onEdit: () => void;
};

const fail = (error: unknown): void =>
  void notifications.show({ color: "red", message: plainMessage(error) });

export function PinTools({ node, run, iteration, onEdit }: Props) {
  const { t } = useTranslation();
  const pin = usePin(node.id);
  const set = useSetPin();
  const drop = useDropPin();
  const [open, setOpen] = useState(false);
  return (
    <>
      {pin ? (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconPinnedOff size={14} />}
          loading={drop.isPending}
          onClick={() => drop.mutate(node.id, { onError: fail })}
          data-testid="unpin"
        >
          {t("build.unpin")}
        </Button>
      ) : (
        run && (
          <Tooltip label={t("build.pinHelp")} multiline w={240}>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconPin size={14} />}
              loading={set.isPending}
              onClick={() => set.mutate({ node: node.id, run, iteration }, { onError: fail })}
              data-testid="pin"
            >
              {t("build.pin")}
            </Button>
          </Tooltip>
        )
      )}
      <Menu position="bottom-end" shadow="md" width={290} opened={open} onChange={setOpen}>
        <Menu.Target>
          <ActionIcon size={26} aria-label={t("build.more")} data-testid="pin-more">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={onEdit} data-testid="edit-data">
            {t("build.edit")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t("build.past")}</Menu.Label>
          {open && (
            <PastRuns
              onPick={(past) => set.mutate({ node: node.id, run: past.id }, { onError: fail })}
            />
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function PastRuns({ onPick }: { onPick: (run: Run) => void }) {
  const { t, i18n } = useTranslation();
  const runs = useQuery({
    queryKey: ["past-runs", page.flow],
    queryFn: async () => (await api.runs(page.flow)).results.slice(0, 8),
    staleTime: 0,
  });
  if (runs.data?.length === 0) {
    return (
      <Text size="xs" c="dimmed" px="sm" py={4}>
        {t("build.none")}
      </Text>
    );
  }
  return (runs.data ?? []).map((run) => (
    <Menu.Item
      key={run.id}
      leftSection={<StateMark status={run.status} size={16} />}
      rightSection={<IconHistory size={14} />}
      onClick={() => onPick(run)}
      data-testid="past-run"
    >
      {dateTime(run.created_at, i18n.language)}
    </Menu.Item>
  ));
}
