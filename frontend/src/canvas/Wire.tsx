/** A wire: its line, how many items went over it, and a "+" to put a step into it. */

import { IconPlus, IconTrash } from "@tabler/icons-react";
import {
  BaseEdge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  getSmoothStepPath,
} from "@xyflow/react";
import { memo, useCallback, useState } from "react";
import { type Edge, nodeById } from "@/graph/document";
import { isToolWire } from "@/graph/tools";
import { useWords } from "@/i18n";
import { useWireMark } from "@/store/compare";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useRun, viewOf } from "@/store/run";
import { useUi } from "@/store/ui";
import { useFar } from "./far";
import type { WireItem } from "./toFlow";
import classes from "./Wire.module.css";

export const Wire = memo(function Wire(props: EdgeProps<WireItem>) {
  const { id, data, selected, markerEnd } = props;
  const { t } = useWords();
  const [hovered, setHovered] = useState(false);
  const editable = useEditor(isEditable);
  const count = useCount(data?.edge);
  const mark = useWireMark(id);
  const far = useFar((state) => state.far);
  const [path, x, y] = data?.back ? backPath(props) : getBezierPath(props);
  const tools = editable && (hovered || selected) && data;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing only shows buttons that keys reach too
    <g
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      className={classes.wire}
      data-selected={selected || undefined}
      data-tool={data && isToolWire(data.edge) ? true : undefined}
      data-diff={mark}
      data-flowing={count?.kind === "items" && count.items > 0 ? true : undefined}
      data-quiet={count?.kind === "items" && count.items === 0 ? true : undefined}
    >
      <BaseEdge id={id} path={path} markerEnd={markerEnd} interactionWidth={26} />
      {(tools || (count && !far)) && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
          <div
            className={`${classes.label} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onMouseEnter={() => setHovered(true)}
            onMouseLeave={() => setHovered(false)}
          >
            {tools ? (
              <Tools edge={data.edge} />
            ) : (
              count && (
                <span className={classes.count} title={t("wire.items", { count: count.items })}>
                  {count.items}
                </span>
              )
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function backPath(props: EdgeProps<WireItem>): [string, number, number] {
  const centerY = Math.max(props.sourceY, props.targetY) + 90;
  const [path, x] = getSmoothStepPath({ ...props, borderRadius: 16, offset: 28, centerY });
  return [path, x, centerY];
}

type Count = { kind: "items"; items: number };

function useCount(edge: Edge | undefined): Count | null {
  const key = useEditor((state) =>
    edge ? nodeById(shownGraph(state), edge.source)?.key : undefined,
  );
  const items = useRun(
    useCallback(
      (state) => (key && edge ? (viewOf(state, key)?.itemsOut[edge.source_port] ?? null) : null),
      [key, edge],
    ),
  );
  return items === null ? null : { kind: "items", items };
}

function Tools({ edge }: { edge: Edge }) {
  const { t } = useWords();
  const openMenu = useUi((state) => state.openMenu);
  const change = useEditor((state) => state.change);
  return (
    <>
      {!isToolWire(edge) && (
        <button
          type="button"
          className={classes.tool}
          aria-label={t("wire.insert")}
          title={t("wire.insert")}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            openMenu({ x: box.right + 8, y: box.top - 12, target: { kind: "edge", edge } });
          }}
        >
          <IconPlus size={14} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className={classes.tool}
        aria-label={t("wire.delete")}
        title={t("wire.delete")}
        onClick={() => change({ kind: "unwire", edge })}
      >
        <IconTrash size={14} aria-hidden />
      </button>
    </>
  );
}
