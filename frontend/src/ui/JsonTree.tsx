/** A value as a tree. Where a root name is given, every row can be dragged or clicked as data. */
import { IconChevronRight } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Entry, entriesOf, glimpse, isBranch, type Path } from "@/graph/data";
import type { Json } from "@/graph/document";
import { asTemplate } from "@/graph/templates";
import { DATA_PATH } from "./drag";
import classes from "./JsonTree.module.css";

type Pick = (root: string, path: Path) => void;
/** `onPick` makes buttons of the names; `onClick` is for the mouse only, beside dragging. */
type Props = { root?: string; value: Json; onPick?: Pick; onClick?: Pick };

const FIRST = 50;

export function JsonTree({ root, value, onPick, onClick }: Props) {
  const { t } = useTranslation();
  if (!isBranch(value)) {
    const text = value === null ? t("data.nothing") : glimpse(value, 2000);
    return <div className={classes.alone}>{text}</div>;
  }
  return (
    <ul className={classes.tree}>
      <Rows root={root} value={value} path={[]} onPick={onPick} onClick={onClick} />
    </ul>
  );
}

type RowsProps = Props & { path: Path };

function Rows({ root, value, path, onPick, onClick }: RowsProps) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(FIRST);
  const entries = entriesOf(value);
  return (
    <>
      {entries.slice(0, limit).map((entry) => (
        <Row
          key={entry.name}
          root={root}
          entry={entry}
          path={[...path, entry.name]}
          onPick={onPick}
          onClick={onClick}
        />
      ))}
      {entries.length > limit && (
        <li>
          <button type="button" className={classes.more} onClick={() => setLimit(limit + FIRST)}>
            {t("data.more", { count: entries.length - limit })}
          </button>
        </li>
      )}
    </>
  );
}

type RowProps = { root?: string; entry: Entry; path: Path; onPick?: Pick; onClick?: Pick };

function Row({ root, entry, path, onPick, onClick }: RowProps) {
  const { t } = useTranslation();
  const branch = isBranch(entry.value);
  const [open, setOpen] = useState(branch && path.length < 3 && !Array.isArray(entry.value));
  const name = typeof entry.name === "number" ? `[${entry.name}]` : entry.name;
  const draggable = root !== undefined;
  const onDragStart = (event: DragEvent) => {
    if (root === undefined) return;
    event.stopPropagation();
    event.dataTransfer.setData(DATA_PATH, JSON.stringify({ root, path }));
    event.dataTransfer.setData("text/plain", asTemplate(root, path));
    event.dataTransfer.effectAllowed = "copy";
  };
  const label = onPick && root !== undefined ? t("data.insert", { name }) : undefined;
  return (
    <li>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: “Insert data” does the same by keyboard */}
      <div className={classes.row} draggable={draggable} onDragStart={onDragStart}>
        {branch ? (
          <button
            type="button"
            className={classes.fold}
            aria-expanded={open}
            aria-label={t("data.unfold", { name })}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={13} aria-hidden />
          </button>
        ) : (
          <span className={classes.fold} />
        )}
        {onPick && root !== undefined ? (
          <button
            type="button"
            className={classes.pick}
            aria-label={label}
            title={label}
            data-path={asTemplate(root, path)}
            onClick={() => onPick(root, path)}
          >
            {name}
          </button>
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: “Insert data” does the same by keyboard
          // biome-ignore lint/a11y/useKeyWithClickEvents: the same
          <span
            className={classes.name}
            data-drag={draggable || undefined}
            onClick={() => root !== undefined && onClick?.(root, path)}
          >
            {name}
          </span>
        )}
        <span className={classes.value} data-kind={typeof entry.value}>
          {branch && Array.isArray(entry.value)
            ? t("data.entries", { count: entry.value.length })
            : branch
              ? ""
              : glimpse(entry.value, 120)}
        </span>
      </div>
      {open && (
        <ul className={classes.tree}>
          <Rows root={root} value={entry.value} path={path} onPick={onPick} onClick={onClick} />
        </ul>
      )}
    </li>
  );
}
