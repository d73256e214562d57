/** A note on the canvas: a little markdown, edited in place, resized by its corners. */

import { ActionIcon, Paper } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { type NodeProps, NodeResizer, NodeToolbar, Position } from "@xyflow/react";
import { memo, useEffect, useState } from "react";
import type { Note } from "@/graph/document";
import { useWords } from "@/i18n";
import { removeStep } from "@/store/actions";
import { useStepMark } from "@/store/compare";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { Markdown } from "@/ui/Markdown";
import classes from "./NoteCard.module.css";
import { nameId, type StepItem } from "./toFlow";

const COLORS = ["yellow", "blue", "green", "red", "violet", "gray"] as const;

export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps<StepItem>) {
  const note = useEditor((state) => shownGraph(state).notes.find((other) => other.id === id));
  return note ? <Card note={note} selected={selected} /> : null;
});

function Card({ note, selected }: { note: Note; selected: boolean }) {
  const { t } = useWords();
  const editable = useEditor(isEditable);
  const change = useEditor((state) => state.change);
  const mark = useStepMark(note.id);
  const [editing, setEditing] = useState(note.text === "" && editable);
  useEffect(() => {
    if (!selected) setEditing(false);
  }, [selected]);
  const update = (set: Partial<Note>, merge?: string) =>
    change({ kind: "update", of: "notes", id: note.id, set }, { merge });
  return (
    <div className={classes.note} data-color={note.color} data-diff={mark}>
      <span id={nameId(note.id)} hidden>
        {t("note.spoken", { text: note.text })}
      </span>
      <NodeResizer
        isVisible={selected && editable}
        minWidth={140}
        minHeight={60}
        lineClassName={classes.line ?? ""}
        handleClassName={classes.handle ?? ""}
        onResizeEnd={(_, box) =>
          update({
            size: { width: Math.round(box.width), height: Math.round(box.height) },
            position: { x: Math.round(box.x), y: Math.round(box.y) },
          })
        }
      />
      <NodeToolbar
        isVisible={selected && editable ? undefined : false}
        position={Position.Top}
        style={{ zIndex: 1500 }}
      >
        <Paper className={classes.bar} shadow="sm" withBorder>
          {COLORS.map((color) => (
            <button
              type="button"
              key={color}
              className={classes.swatch}
              data-color={color}
              aria-label={t(`note.color.${color}`)}
              aria-pressed={note.color === color}
              onClick={() => update({ color })}
            />
          ))}
          <ActionIcon aria-label={t("note.edit")} onClick={() => setEditing(true)}>
            <IconPencil size={16} />
          </ActionIcon>
          <ActionIcon aria-label={t("note.delete")} onClick={() => removeStep(note.id)}>
            <IconTrash size={16} />
          </ActionIcon>
        </Paper>
      </NodeToolbar>
      {editing ? (
        <textarea
          className={`${classes.editor} nodrag nopan nowheel`}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
          autoFocus
          value={note.text}
          placeholder={t("note.placeholder")}
          aria-label={t("note.label")}
          onChange={(event) => update({ text: event.target.value }, `note:${note.id}`)}
          onBlur={() => setEditing(false)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setEditing(false);
            event.stopPropagation();
          }}
        />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the pencil does the same by keyboard
        <div className={classes.text} onDoubleClick={() => editable && setEditing(true)}>
          {note.text ? <Markdown text={note.text} /> : <em>{t("note.placeholder")}</em>}
        </div>
      )}
    </div>
  );
}
