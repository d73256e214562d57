/** The ways to run a finished run again. Each opens the dialog, which says what it would do. */
import { Button, Menu } from "@mantine/core";
import {
  IconAlertTriangle,
  IconChevronDown,
  IconPencil,
  IconPlayerPlay,
  IconRepeat,
  IconRoute,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RunDetail } from "@/api/types";
import { hasFailed } from "@/store/run";
import { useUi } from "@/store/ui";

export function AgainMenu({ run }: { run: RunDetail }) {
  const { t } = useTranslation();
  const openAgain = useUi((state) => state.openAgain);
  return (
    <Menu position="top-end" shadow="md" width={290} withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRepeat size={14} />}
          rightSection={<IconChevronDown size={14} />}
          data-testid="again-menu"
        >
          {t("again.menu")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {hasFailed(run) && (
          <Menu.Item
            leftSection={<IconAlertTriangle size={16} />}
            onClick={() => openAgain("failure")}
          >
            {t("again.failure")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => openAgain("start")}>
          {t("again.start")}
        </Menu.Item>
        <Menu.Item leftSection={<IconRoute size={16} />} onClick={() => openAgain("step")}>
          {t("again.step")}…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => openAgain("replay")}>
          {t("again.replay")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
