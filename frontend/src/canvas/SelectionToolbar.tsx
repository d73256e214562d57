/** The bar over several selected cards: line up, same distances, and what is done to all of them. */
import { ActionIcon, Paper, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconLayoutAlignBottom,
  IconLayoutAlignCenter,
  IconLayoutAlignLeft,
  IconLayoutAlignMiddle,
  IconLayoutAlignRight,
  IconLayoutAlignTop,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconRectangle,
  IconTrash,
} from "@tabler/icons-react";
import { NodeToolbar, Position } from "@xyflow/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ALIGNMENTS, type Arrangement, SPREADS } from "@/graph/arrange";
import { arrangeSelected, duplicate, removeSelected, toggleGroupOf } from "@/store/actions";
import { isEditable, useEditor } from "@/store/editor";
import { canvasView } from "@/store/view";
import classes from "./CardToolbar.module.css";

const ICONS: Readonly<Record<Arrangement, ReactNode>> = {
  left: <IconLayoutAlignLeft size={16} />,
  centre: <IconLayoutAlignCenter size={16} />,
  right: <IconLayoutAlignRight size={16} />,
  top: <IconLayoutAlignTop size={16} />,
  middle: <IconLayoutAlignMiddle size={16} />,
  bottom: <IconLayoutAlignBottom size={16} />,
  across: <IconLayoutDistributeHorizontal size={16} />,
  down: <IconLayoutDistributeVertical size={16} />,
};

export function SelectionToolbar() {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const selection = useEditor((state) => state.selection);
  if (!editable || selection.size < 2) return null;
  const ways = selection.size > 2 ? [...ALIGNMENTS, ...SPREADS] : ALIGNMENTS;
  return (
    <NodeToolbar nodeId={[...selection]} isVisible position={Position.Top} offset={14}>
      <Paper
        className={classes.bar}
        shadow="sm"
        radius="md"
        withBorder
        role="toolbar"
        aria-label={t("arrange.label", { count: selection.size })}
        data-testid="selection-toolbar"
      >
        {ways.map((how) => (
          <Button
            key={how}
            label={t(`arrange.${how}`)}
            onClick={() => arrangeSelected(how, canvasView().sizes())}
          >
            {ICONS[how]}
          </Button>
        ))}
        <span className={classes.line} />
        <Button label={t("selection.group")} onClick={() => toggleGroupOf(selection)}>
          <IconRectangle size={16} />
        </Button>
        <Button label={t("card.duplicate")} onClick={() => duplicate(selection)}>
          <IconCopy size={16} />
        </Button>
        <Button label={t("selection.delete")} onClick={() => removeSelected([])}>
          <IconTrash size={16} />
        </Button>
      </Paper>
    </NodeToolbar>
  );
}

type ButtonProps = { label: string; onClick: () => void; children: ReactNode };

function Button({ label, onClick, children }: ButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} size="md" onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
