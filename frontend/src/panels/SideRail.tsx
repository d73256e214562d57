/** The narrow rail at the right: what can be opened beside the canvas. */
import { ActionIcon, Indicator, Menu, Tooltip } from "@mantine/core";
import {
  IconAlertCircle,
  IconHelp,
  IconHistory,
  IconKeyboard,
  IconListTree,
  IconMap,
  IconSettings,
  IconVersions,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useEditor } from "@/store/editor";
import { useTour } from "@/store/tour";
import { type SidePanel, useUi } from "@/store/ui";
import classes from "./SideRail.module.css";

export function SideRail() {
  const { t } = useTranslation();
  const errors = useEditor((state) => state.issues.filter((i) => i.severity === "error").length);
  const problems = useEditor((state) => state.issues.filter((i) => i.severity !== "advice").length);
  const showDialog = useUi((state) => state.showDialog);
  return (
    <nav className={classes.rail} aria-label={t("rail.label")}>
      <Tool panel="runs" label={t("rail.runs")}>
        <IconHistory size={20} />
      </Tool>
      <Indicator
        label={problems}
        size={16}
        disabled={problems === 0}
        color={errors > 0 ? "red.8" : "orange.9"}
        offset={4}
      >
        <Tool
          panel="problems"
          label={problems > 0 ? t("card.problems", { count: problems }) : t("rail.problems")}
        >
          <IconAlertCircle size={20} />
        </Tool>
      </Indicator>
      <Tool panel="versions" label={t("rail.versions")}>
        <IconVersions size={20} />
      </Tool>
      <Tool panel="outline" label={t("rail.outline")}>
        <IconListTree size={20} />
      </Tool>
      <Tool panel="settings" label={t("rail.settings")}>
        <IconSettings size={20} />
      </Tool>
      <div className={classes.space} />
      <Menu position="left-end" withinPortal>
        <Menu.Target>
          <Tooltip label={t("help.label")} position="left">
            <ActionIcon size={38} aria-label={t("help.label")} data-testid="help">
              <IconHelp size={20} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconMap size={16} />} onClick={useTour.getState().begin}>
            {t("help.tour")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconKeyboard size={16} />}
            onClick={() => showDialog("shortcuts")}
          >
            {t("rail.shortcuts")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

function Tool({
  panel,
  label,
  children,
}: {
  panel: SidePanel;
  label: string;
  children: ReactNode;
}) {
  const side = useUi((state) => state.side);
  const toggleSide = useUi((state) => state.toggleSide);
  return (
    // What is open says its own name; the tooltip would only cover its buttons.
    <Tooltip label={label} position="left" disabled={side === panel}>
      <ActionIcon
        size={38}
        variant={side === panel ? "light" : "subtle"}
        color={side === panel ? "ink" : "gray"}
        aria-label={label}
        aria-pressed={side === panel}
        onClick={() => toggleSide(panel)}
        data-testid={`rail-${panel}`}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
