/** Zoom, fit, tidy, map: bottom left. */
import { ActionIcon, Paper, Tooltip } from "@mantine/core";
import {
  IconFocusCentered,
  IconMap,
  IconNote,
  IconTopologyRing3,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { Panel, useReactFlow } from "@xyflow/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addNoteAt } from "@/store/actions";
import { isEditable, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import classes from "./CardToolbar.module.css";
import { useTidy } from "./useShortcuts";
import { gliding } from "./view";

export function ViewControls() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const tidy = useTidy();
  const editable = useEditor(isEditable);
  const minimap = useUi((state) => state.minimap);
  const toggleMinimap = useUi((state) => state.toggleMinimap);
  return (
    <Panel position="bottom-left">
      <Paper className={classes.bar} shadow="xs" radius="md" withBorder>
        <Tool label={t("view.zoomOut")} onClick={() => void flow.zoomOut({ duration: 150 })}>
          <IconZoomOut size={18} />
        </Tool>
        <Tool label={t("view.zoomIn")} onClick={() => void flow.zoomIn({ duration: 150 })}>
          <IconZoomIn size={18} />
        </Tool>
        <Tool label={t("view.fit")} onClick={() => void flow.fitView(gliding(200))}>
          <IconFocusCentered size={18} />
        </Tool>
        {editable && (
          <Tool label={t("view.tidy")} onClick={tidy}>
            <IconTopologyRing3 size={18} />
          </Tool>
        )}
        {editable && (
          <Tool label={t("view.note")} onClick={() => addNoteAt()}>
            <IconNote size={18} />
          </Tool>
        )}
        <Tool label={t("view.minimap")} onClick={toggleMinimap} pressed={minimap}>
          <IconMap size={18} />
        </Tool>
      </Paper>
    </Panel>
  );
}

type ToolProps = { label: string; onClick: () => void; pressed?: boolean; children: ReactNode };

function Tool({ label, onClick, pressed, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={32}
        aria-label={label}
        aria-pressed={pressed}
        variant={pressed ? "light" : "subtle"}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
