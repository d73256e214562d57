/** Earlier steps as foldable trees of fields, to drag or to click. */
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { Path } from "@/graph/data";
import type { Json } from "@/graph/document";
import classes from "./DataSources.module.css";
import { JsonTree } from "./JsonTree";
import { Tile } from "./Tile";

type Source = { key: string; name: string; icon: string; category: string; value: Json };
type Props = { sources: readonly Source[]; onPick?: (root: string, path: Path) => void };

export function DataSources({ sources, onPick }: Props) {
  return (
    <>
      {sources.map((source, index) => (
        <SourceTree key={source.key} source={source} startsOpen={index === 0} onPick={onPick} />
      ))}
    </>
  );
}

type TreeProps = { source: Source; startsOpen: boolean; onPick?: Props["onPick"] };

function SourceTree({ source, startsOpen, onPick }: TreeProps) {
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
        <Tile icon={source.icon} category={source.category} size={24} />
        <b>{source.name}</b>
      </button>
      {open && <JsonTree root={source.key} value={source.value} onPick={onPick} />}
    </section>
  );
}
