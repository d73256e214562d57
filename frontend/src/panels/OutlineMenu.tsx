/** All that can be done with a step, beside its row in the outline: as on its card. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowRight,
  IconCopy,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerPlayFilled,
  IconPlayerSkipForward,
  IconRoute,
  IconTool,
  IconTrash,
} from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMayRun } from "@/api/queries";
import { outputsOf, type Port } from "@/graph/catalogue";
import type { FlowNode } from "@/graph/document";
import { userOf } from "@/graph/tools";
import { duplicate, removeStep, toggleDisabled } from "@/store/actions";
import { isEditable, useEditor } from "@/store/editor";
import { usePart } from "@/store/part";
import { useUi } from "@/store/ui";

export function OutlineMenu({ node }: { node: FlowNode }) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const mayRun = useMayRun();
  const isTool = useEditor((state) => userOf(state.draft, node.id) !== undefined);
  const button = useRef<HTMLButtonElement>(null);
  const startPart = usePart((state) => state.start);
  const { openStep, openMenu, showDialog } = useUi.getState();
  const select = () => useEditor.getState().select([node.id]);
  const addAt = (port: Port) => {
    const box = button.current?.getBoundingClientRect();
    const target = { kind: "port", node: node.id, port: port.name, side: "source" } as const;
    // The click that chose it would close the list of steps at once.
    if (box) setTimeout(() => openMenu({ x: box.left - 300, y: box.top, target }), 0);
  };
  return (
    <Menu position="bottom-end" shadow="md" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon ref={button} size={30} aria-label={t("outline.more", { name: node.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => openStep(node.id)}>
          {t("card.open")}
        </Menu.Item>
        {editable && (
          <>
            <AddItems node={node} isTool={isTool} onPick={addAt} />
            <Menu.Item
              leftSection={<IconRoute size={16} />}
              onClick={() => {
                select();
                showDialog("wires");
              }}
            >
              {t("card.wires")}
            </Menu.Item>
            {mayRun && !isTool && (
              <>
                <Menu.Item
                  leftSection={<IconPlayerPlayFilled size={16} />}
                  onClick={() => startPart(node.key, "only")}
                >
                  {t("build.only")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconPlayerSkipForward size={16} />}
                  onClick={() => startPart(node.key, "to")}
                >
                  {t("build.to")}
                </Menu.Item>
              </>
            )}
            <Menu.Item
              leftSection={
                node.disabled ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />
              }
              onClick={() => toggleDisabled([node.id])}
            >
              {node.disabled ? t("card.enable") : t("card.disable")}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => duplicate([node.id])}>
              {t("card.duplicate")}
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => removeStep(node.id)}>
              {t("card.delete")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type AddProps = { node: FlowNode; isTool: boolean; onPick: (port: Port) => void };

/** One entry for each exit; a tool has none of its own. */
function AddItems({ node, isTool, onPick }: AddProps) {
  const { t } = useTranslation();
  const type = useEditor((state) => state.catalogue.of(node));
  const exits = outputsOf(node, type, t("port.error")).filter((port) => !isTool || port.tools);
  const words = (port: Port) => {
    if (port.tools) return t("tools.add");
    return exits.length > 1 ? t("port.addAfter", { port: port.label }) : t("port.add");
  };
  return exits.map((port) => (
    <Menu.Item
      key={port.name}
      leftSection={port.tools ? <IconTool size={16} /> : <IconArrowRight size={16} />}
      onClick={() => onPick(port)}
    >
      {words(port)}
    </Menu.Item>
  ));
}
