/** *Run this step*, with the other two ways beside it. */
import { ActionIcon, Button, Group, Menu, Text } from "@mantine/core";
import {
  IconChevronDown,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Extent } from "@/api/types";
import type { FlowNode } from "@/graph/document";
import { usePart } from "@/store/part";
import { isOver, useRun } from "@/store/run";
import classes from "./RunStep.module.css";

const WAYS = [
  { extent: "only", icon: IconPlayerPlay },
  { extent: "to", icon: IconPlayerSkipForward },
  { extent: "from", icon: IconPlayerTrackNext },
] as const;

export function RunStep({ node }: { node: FlowNode }) {
  const { t } = useTranslation();
  const start = usePart((state) => state.start);
  const asking = usePart((state) => state.busy !== null);
  const running = useRun((state) => state.run !== null && !isOver(state.run));
  const run = (extent: Extent) => void start(node.key, extent);
  return (
    <Group gap={0} wrap="nowrap">
      <Button
        size="xs"
        h={34}
        className={classes.main ?? ""}
        loading={asking || running}
        leftSection={<IconPlayerPlay size={15} />}
        onClick={() => run("only")}
        data-testid="run-step"
      >
        {t("build.only")}
      </Button>
      <Menu position="bottom-end" shadow="md" width={300} withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="filled"
            color="ink"
            size={34}
            className={classes.more ?? ""}
            disabled={asking || running}
            aria-label={t("build.more")}
            data-testid="run-more"
          >
            <IconChevronDown size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {WAYS.map(({ extent, icon: Icon }) => (
            <Menu.Item
              key={extent}
              leftSection={<Icon size={16} />}
              onClick={() => run(extent)}
              data-testid={`run-${extent}`}
            >
              {t(`build.${extent}`)}
              <Text size="xs" c="dimmed">
                {t(`build.${extent}Help`)}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
