/** Earlier steps as foldable trees of fields, to drag or to click. */
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Path, pruned } from "@/graph/data";
import type { Json } from "@/graph/document";
import classes from "./DataSources.module.css";
import { JsonTree } from "./JsonTree";
import { Tile } from "./Tile";

type Source = { key: string; name: string; icon: string; family: string; value: Json };
type Props = {
  sources: readonly Source[];
  onPick?: (root: string, path: Path) => void;
  /** Besides dragging: a click on a field. */
  onClick?: (root: string, path: Path) => void;
  /** Only what contains these words, all of it unfolded. */
  search?: string;
};

export function DataSources({ sources, onPick, onClick, search = "" }: Props) {
  const { t } = useTranslation();
  const found = sources.flatMap((source) => {
    const value = search ? pruned(source.value, search) : source.value;
    return value === undefined ? [] : [{ ...source, value }];
  });
  if (found.length === 0) return <p className={classes.none}>{t("data.noneFound")}</p>;
  return (
    <>
      {found.map((source, index) => (
        <SourceTree
          key={`${source.key}/${search}`}
          source={source}
          startsOpen={index === 0 || search !== ""}
          onPick={onPick}
          onClick={onClick}
        />
      ))}
    </>
  );
}

type TreeProps = {
  source: Source;
  startsOpen: boolean;
  onPick?: Props["onPick"];
  onClick?: Props["onClick"];
};

function SourceTree({ source, startsOpen, onPick, onClick }: TreeProps) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <section className={classes.source}>
      <button
        type="button"
        className={classes.head}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} aria-hidden />
        <Tile icon={source.icon} family={source.family} size={24} />
        <b>{source.name}</b>
      </button>
      {open && (
        <JsonTree root={source.key} value={source.value} onPick={onPick} onClick={onClick} />
      )}
    </section>
  );
}
