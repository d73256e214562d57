/** The wires of the selected step as a list: to draw and remove them without a mouse. */
import { ActionIcon, Button, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowRight, IconPlus, IconX } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { inputsOf, outputsOf } from "@/graph/catalogue";
import { possibleWires } from "@/graph/connect";
import { type Edge, edgeId, type FlowNode, nodeById } from "@/graph/document";
import { connect } from "@/store/actions";
import { useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { focusCard } from "@/ui/focusCard";
import classes from "./lists.module.css";

export default function WiresDialog() {
  const { t } = useTranslation();
  const showDialog = useUi((state) => state.showDialog);
  const draft = useEditor((state) => state.draft);
  const catalogue = useEditor((state) => state.catalogue);
  const change = useEditor((state) => state.change);
  const [id] = useEditor((state) => state.selection);
  const step = id === undefined ? undefined : nodeById(draft, id);
  const close = () => showDialog(null);
  useEffect(() => () => (id === undefined ? undefined : focusCard(id)), [id]);
  const drawn = draft.edges.filter((edge) => edge.source === step?.id);
  const possible = step ? possibleWires(draft, catalogue, step.id) : [];
  return (
    <Modal
      opened
      onClose={close}
      returnFocus={false}
      title={<b>{step ? t("wires.title", { name: step.name }) : t("wires.choose")}</b>}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {drawn.length > 0 && (
        <>
          <Text size="sm" c="dimmed">
            {t("wires.now")}
          </Text>
          <ul className={classes.list} aria-label={t("wires.now")}>
            {drawn.map((edge) => (
              <li className={`${classes.row} ${classes.wireRow}`} key={edgeId(edge)}>
                <WireText edge={edge} />
                <Tooltip label={t("wire.delete")}>
                  <ActionIcon
                    aria-label={t("wire.delete")}
                    onClick={() => change({ kind: "unwire", edge })}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </Tooltip>
              </li>
            ))}
          </ul>
        </>
      )}
      <Text size="sm" c="dimmed" mb={6}>
        {t(possible.length > 0 ? "wires.possible" : "wires.none")}
      </Text>
      <Stack gap={4}>
        {possible.map((edge, index) => (
          <Button
            key={edgeId(edge)}
            data-autofocus={index === 0 || undefined}
            variant="default"
            justify="flex-start"
            leftSection={<IconPlus size={15} />}
            onClick={() => {
              if (connect(edge).ok) close();
            }}
          >
            <WireText edge={edge} />
          </Button>
        ))}
      </Stack>
    </Modal>
  );
}

/** “Yes → Send mail”; exits and entrances are named only where there are several. */
function WireText({ edge }: { edge: Edge }) {
  const { t } = useTranslation();
  const draft = useEditor((state) => state.draft);
  const catalogue = useEditor((state) => state.catalogue);
  const source = nodeById(draft, edge.source);
  const target = nodeById(draft, edge.target);
  if (!source || !target) return null;
  const exits = outputsOf(source, catalogue.of(source), t("port.error"));
  const entrances = inputsOf(target, catalogue.of(target));
  return (
    <span className={classes.wire}>
      {exits.length > 1 && labelOf(exits, edge.source_port)}
      <IconArrowRight size={14} aria-label={t("wires.to")} />
      {nameWith(target, entrances.length > 1 ? labelOf(entrances, edge.target_port) : null)}
    </span>
  );
}

function labelOf(ports: readonly { name: string; label: string }[], name: string): string {
  return ports.find((port) => port.name === name)?.label ?? name;
}

function nameWith(target: FlowNode, entrance: string | null): string {
  return entrance === null ? target.name : `${target.name} (${entrance})`;
}
