/** The wire under the pointer; says at once why it cannot end here. */
import { type ConnectionLineComponentProps, getBezierPath } from "@xyflow/react";
import { checkWire, refusalText } from "@/store/actions";
import classes from "./ConnectionLine.module.css";
import type { StepItem } from "./toFlow";

export function ConnectionLine(props: ConnectionLineComponentProps<StepItem>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, toHandle } = props;
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    targetX: toX,
    targetY: toY,
    sourcePosition: fromPosition,
    targetPosition: toPosition,
  });
  const reason = reasonOf(fromHandle, toHandle);
  return (
    <g className={classes.line} data-refused={reason ? true : undefined}>
      <path d={path} fill="none" />
      {reason && (
        <foreignObject x={toX + 14} y={toY + 10} width={260} height={60}>
          <div className={classes.reason}>{reason}</div>
        </foreignObject>
      )}
    </g>
  );
}

type End = { nodeId: string; id?: string | null; type: "source" | "target" } | null;

function reasonOf(from: End, to: End): string {
  if (!from?.id || !to?.id) return "";
  if (from.type === to.type) return "";
  const [source, target] = from.type === "source" ? [from, to] : [to, from];
  const verdict = checkWire({
    source: source.nodeId,
    source_port: source.id ?? "",
    target: target.nodeId,
    target_port: target.id ?? "",
  });
  return refusalText(verdict);
}
