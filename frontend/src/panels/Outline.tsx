/** The flow as a list, for quick ways and for screen readers. */
import { Button } from "@mantine/core";
import { IconListTree, IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { outline } from "@/graph/outline";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useRun, viewOf } from "@/store/run";
import { useUi } from "@/store/ui";
import { EmptyHint } from "@/ui/EmptyHint";
import { StateMark } from "@/ui/StateMark";
import { Tile } from "@/ui/Tile";
import { useStory } from "@/ui/useStory";
import classes from "./lists.module.css";
import { OutlineMenu } from "./OutlineMenu";

export function Outline() {
  const { t } = useTranslation();
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  const selection = useEditor((state) => state.selection);
  const run = useRun();
  const story = useStory();
  const steps = useMemo(() => outline(graph, catalogue), [graph, catalogue]);
  if (steps.length === 0) {
    return (
      <EmptyHint icon={<IconListTree size={28} />} title={t("outline.none")}>
        <AddButton />
      </EmptyHint>
    );
  }
  return (
    <>
      <ol className={classes.list}>
        {steps.map((node) => {
          const type = catalogue.of(node);
          const view = viewOf(run, node.key);
          return (
            <li key={node.id} className={classes.withMenu}>
              <button
                type="button"
                className={classes.row}
                data-active={selection.has(node.id) || undefined}
                onClick={() => {
                  useEditor.getState().select([node.id]);
                  useUi.getState().revealStep(node.id);
                }}
                onDoubleClick={() => useUi.getState().openStep(node.id)}
              >
                <Tile icon={type?.icon ?? "box"} family={type?.family ?? ""} size={30} />
                <span>
                  <b>{node.name}</b>
                  <span className={classes.quiet}>{type?.name ?? t("card.unknown")}</span>
                  {story(view, node, type).map((words) => (
                    <span className={classes.quiet} key={words}>
                      {words}
                    </span>
                  ))}
                </span>
                {view && <StateMark status={view.status} lost={view.lost} />}
              </button>
              <OutlineMenu node={node} />
            </li>
          );
        })}
      </ol>
      <AddButton />
    </>
  );
}

function AddButton() {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  if (!editable) return null;
  return (
    <div className={classes.more}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => useUi.getState().togglePalette(true)}
      >
        {t("palette.title")}
      </Button>
    </div>
  );
}
