/** The small bar over a selected card. */
import { ActionIcon, Paper, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerPlayFilled,
  IconPlayerSkipForward,
  IconRepeat,
  IconReplace,
  IconRoute,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMayRun } from "@/api/queries";
import type { FlowNode } from "@/graph/document";
import { askForReplacement, duplicate, removeStep, toggleDisabled } from "@/store/actions";
import { isEditable, useEditor } from "@/store/editor";
import { usePart } from "@/store/part";
import { isOver, useRun, viewOf } from "@/store/run";
import { useUi } from "@/store/ui";
import classes from "./CardToolbar.module.css";

export function CardToolbar({ node }: { node: FlowNode }) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const single = useEditor((state) => state.selection.size === 1);
  const openStep = useUi((state) => state.openStep);
  const showDialog = useUi((state) => state.showDialog);
  const openAgain = useUi((state) => state.openAgain);
  const mayRun = useMayRun();
  const again =
    useRun((s) => s.run !== null && isOver(s.run) && viewOf(s, node.key) !== null) && mayRun;
  const running = useRun((s) => s.run !== null && !isOver(s.run));
  const runs = editable && mayRun && !running;
  const startPart = usePart((state) => state.start);
  if (!single) return null;
  return (
    <Paper className={classes.bar} shadow="sm" radius="md" withBorder>
      <Button label={t("card.open")} onClick={() => openStep(node.id)}>
        <IconPencil size={16} />
      </Button>
      {runs && (
        <>
          <Button label={t("build.only")} onClick={() => startPart(node.key, "only")}>
            <IconPlayerPlayFilled size={16} />
          </Button>
          <Button label={t("build.to")} onClick={() => startPart(node.key, "to")}>
            <IconPlayerSkipForward size={16} />
          </Button>
        </>
      )}
      {again && (
        <Button label={t("again.fromHere")} onClick={() => openAgain("step", node.key)}>
          <IconRepeat size={16} />
        </Button>
      )}
      {editable && (
        <>
          <Button label={t("card.wires")} onClick={() => showDialog("wires")}>
            <IconRoute size={16} />
          </Button>
          <Button label={t("replace.button")} onClick={() => askForReplacement(node.id)}>
            <IconReplace size={16} />
          </Button>
          <Button
            label={node.disabled ? t("card.enable") : t("card.disable")}
            onClick={() => toggleDisabled([node.id])}
          >
            {node.disabled ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          </Button>
          <Button label={t("card.duplicate")} onClick={() => duplicate([node.id])}>
            <IconCopy size={16} />
          </Button>
          <Button label={t("card.delete")} onClick={() => removeStep(node.id)}>
            <IconTrash size={16} />
          </Button>
        </>
      )}
    </Paper>
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
