/** One step on the canvas: tile, name, quiet summary, exits, and what the run did with it. */

import {
  IconAlertCircle,
  IconAlertTriangle,
  IconBolt,
  IconPinFilled,
  IconTool,
} from "@tabler/icons-react";
import { type NodeProps, NodeToolbar, Position, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useCallback, useEffect, useMemo, useRef } from "react";
import { useShallow } from "zustand/react/shallow";
import { money, useStepTook } from "@/api/costs";
import { MANY, useTimes } from "@/api/counts";
import { useHasPin } from "@/api/pins";
import { useNextTimes } from "@/api/times";
import type { StepStatus } from "@/api/types";
import { goesByTheClock, inputsOf, type NodeType, outputsOf, type Port } from "@/graph/catalogue";
import { type FlowNode, nodeById } from "@/graph/document";
import { summaryOf } from "@/graph/summary";
import { userOf } from "@/graph/tools";
import { useWords } from "@/i18n";
import { useStepMark } from "@/store/compare";
import { isEditable, issuesAt, NO_ISSUES, shownGraph, useEditor } from "@/store/editor";
import { useRun, viewOf } from "@/store/run";
import { useSaying } from "@/store/words";
import { StateMark } from "@/ui/StateMark";
import { Tile } from "@/ui/Tile";
import { useKeyName } from "@/ui/useKeyName";
import { isIdle, useStoryOf } from "@/ui/useStory";
import { CardToolbar } from "./CardToolbar";
import { useFar } from "./far";
import { PortHandle } from "./PortHandle";
import classes from "./StepCard.module.css";
import { nameId, type StepItem } from "./toFlow";

export const StepCard = memo(function StepCard({ id, selected, dragging }: NodeProps<StepItem>) {
  const node = useEditor((state) => nodeById(shownGraph(state), id));
  if (!node) return null;
  return <Card node={node} selected={selected} dragging={dragging} />;
});

type CardProps = { node: FlowNode; selected: boolean; dragging: boolean };

function Card({ node, selected, dragging }: CardProps) {
  const { t } = useWords();
  const type = useEditor((state) => state.catalogue.of(node));
  const keyName = useKeyName();
  const view = useRun(
    useShallow(useCallback((state) => flat(viewOf(state, node.key), type), [node.key, type])),
  );
  const written = useMemo(() => summaryOf(node, type, keyName), [node, type, keyName]);
  const far = useFar((state) => state.far);
  const inputs = inputsOf(node, type);
  const user = useEditor((state) => userOf(shownGraph(state), node.id)?.name);
  // What a tool gives goes to whoever uses it: it has no exit to draw a wire from.
  const outputs = outputsOf(node, type, t("port.error")).filter((port) => !user || port.tools);
  useMovedExits(node.id, outputs);
  const [entrance] = inputs;
  const [exit] = outputs;
  const mark = useStepMark(node.id);
  const several = { inputs: inputs.length > 1, outputs: outputs.length > 1 };
  return (
    <div
      className={classes.card}
      data-selected={selected || undefined}
      data-dragging={dragging || undefined}
      data-disabled={node.disabled || undefined}
      data-trigger={type?.trigger ? true : undefined}
      data-status={view.status ?? undefined}
      data-lost={view.lost || undefined}
      data-idle={view.idle || undefined}
      data-far={far || undefined}
      data-diff={mark}
    >
      <SpokenName node={node} status={view.status} mark={mark} />
      <Times node={node} type={type} ran={view.status !== null} />
      {view.status !== null && <Took step={node.key} />}
      {mark && <span className={classes.diff}>{t(`change.${mark}`)}</span>}
      {selected && !dragging && (
        <NodeToolbar position={Position.Top}>
          <CardToolbar node={node} />
        </NodeToolbar>
      )}
      <div className={classes.head}>
        {entrance && !several.inputs && (
          <PortHandle node={node.id} port={entrance} side="target" alone />
        )}
        <Tile icon={far ? "" : (type?.icon ?? "box")} family={type?.family ?? ""} />
        <div className={classes.words}>
          {type?.trigger && (
            <div className={classes.start}>
              <IconBolt size={11} aria-hidden /> {t("card.starts")}
            </div>
          )}
          {user && (
            <div className={classes.start} title={t("tools.title", { name: user })}>
              <IconTool size={11} aria-hidden /> {t("tools.mark")}
            </div>
          )}
          <div className={classes.name}>{node.name}</div>
          {!far && (
            <Summary
              node={node}
              type={type}
              words={view.idle ? t("story.idle") : written || quietLine(node, type)}
              runs={view.status === "running"}
            />
          )}
        </div>
        <Marks node={node} type={type} status={view.status} lost={view.lost} />
        {exit && !several.outputs && <PortHandle node={node.id} port={exit} side="source" alone />}
      </div>
      {(several.inputs || several.outputs) && (
        <PortRows
          node={node.id}
          inputs={several.inputs ? inputs : []}
          outputs={several.outputs ? outputs : []}
        />
      )}
    </div>
  );
}

type SpokenProps = {
  node: FlowNode;
  status: StepStatus | null;
  mark: ReturnType<typeof useStepMark>;
};

/** For a screen reader: the step's name, what the run did with it, how many problems it has. */
function SpokenName({ node, status, mark }: SpokenProps) {
  const { t } = useWords();
  const count = useEditor((state) => issuesAt(state.issues, node.id).length);
  const words = [node.name];
  if (status) words.push(t(`state.${status}`));
  if (mark) words.push(t(`change.how.${mark}`));
  if (count > 0) words.push(t("card.problems", { count }));
  return (
    <span id={nameId(node.id)} hidden>
      {words.join(", ")}
    </span>
  );
}

type SummaryProps = { node: FlowNode; type: NodeType | undefined; words: string; runs: boolean };

function Summary({ node, type, words, runs }: SummaryProps) {
  const { t } = useWords();
  const saying = useSaying(node.key);
  if (runs && saying) return <Saying text={saying} />;
  if (goesByTheClock(type) && !node.disabled)
    return <Clock node={node} type={type} words={words} />;
  return (
    <div className={classes.summary}>
      {node.disabled ? t("card.disabled") : words || t("card.unknown")}
    </div>
  );
}

/** The last of what a model has said so far: its end stays in view. */
function Saying({ text }: { text: string }) {
  return (
    <div className={classes.saying} data-testid="saying">
      <span>{text.slice(-200)}</span>
    </div>
  );
}

/** When it starts next; asked only for what goes by the clock. */
function Clock({ node, type, words }: Omit<SummaryProps, "runs">) {
  const clock = useNextTimes(type, node.params);
  return (
    <div className={classes.summary} data-clock={clock?.words ? true : undefined}>
      {clock?.words ? `${clock.words} (${clock.zone})` : words}
    </div>
  );
}

/** Exits that changed places do not change the card's size, so the wires must be told. */
function useMovedExits(node: string, outputs: Port[]): void {
  const update = useUpdateNodeInternals();
  const places = outputs.map((port) => port.name).join(" ");
  const before = useRef(places);
  // Not for a new card: measured alone and before the others, the first view would show only it.
  useEffect(() => {
    if (before.current === places) return;
    before.current = places;
    update(node);
  }, [update, node, places]);
}

/** What stands under the name while the settings say nothing yet. */
function quietLine(node: FlowNode, type: NodeType | undefined): string {
  return (type?.name === node.name ? type.help : type?.name) ?? "";
}

/** Flat, so that a shallow comparison keeps unchanged cards from being drawn again. */
function flat(view: ReturnType<typeof viewOf>, type: NodeType | undefined) {
  return {
    status: view?.status ?? null,
    lost: view?.lost ?? false,
    idle: isIdle(view, type),
  };
}

function PortRows({ node, inputs, outputs }: { node: string; inputs: Port[]; outputs: Port[] }) {
  const rows = Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, index) => index);
  return (
    <div className={classes.rows}>
      {rows.map((index) => {
        const input = inputs[index];
        const output = outputs[index];
        return (
          <div className={classes.row} key={`${input?.name}/${output?.name}`}>
            {input && <PortHandle node={node} port={input} side="target" alone={false} />}
            <span>{input?.label}</span>
            <span>{output?.label}</span>
            {output && <PortHandle node={node} port={output} side="source" alone={false} />}
          </div>
        );
      })}
    </div>
  );
}

/** How often it would run, before it does: what it did last time is the best guess. */
function Times({ node, type, ran }: { node: FlowNode; type: NodeType | undefined; ran: boolean }) {
  const { t } = useWords();
  const editable = useEditor(isEditable);
  const costs = type?.mode === "each" && type.effect !== "pure";
  const times = useTimes(node.key, costs);
  if (times === null || ran || !editable || node.disabled) return null;
  return (
    <span
      className={classes.times}
      data-many={times > MANY || undefined}
      title={t("count.badgeHelp", { count: times })}
    >
      {t("count.badge", { count: times })}
    </span>
  );
}

/** What models took in this step of the run on the screen. */
function Took({ step }: { step: string }) {
  const { t, i18n } = useWords();
  const took = useStepTook(step);
  if (took === null) return null;
  return (
    <span className={classes.times} title={t("costs.help", { count: took.calls })}>
      {t("costs.badge", { cost: money(took.cost, i18n.language), tokens: took.tokens })}
    </span>
  );
}

type MarksProps = {
  node: FlowNode;
  type: NodeType | undefined;
  status: Parameters<typeof StateMark>[0]["status"] | null;
  lost: boolean;
};

function Marks({ node, type, status, lost }: MarksProps) {
  const { t } = useWords();
  const story = useStoryOf(node, type);
  const issues = useEditor(
    useShallow((state) => (state.snapshot ? NO_ISSUES : issuesAt(state.issues, node.id))),
  );
  const draft = useEditor(isEditable);
  const pinned = useHasPin(node.id) && draft;
  const errors = issues.filter((issue) => issue.severity === "error").length;
  const Mark = errors > 0 ? IconAlertCircle : IconAlertTriangle;
  return (
    <div className={classes.marks}>
      {pinned && (
        <span
          className={classes.pin}
          role="img"
          aria-label={t("build.pinnedMark")}
          title={t("build.pinnedMark")}
        >
          <IconPinFilled size={16} aria-hidden />
        </span>
      )}
      {status && (
        <span title={story || undefined}>
          <StateMark status={status} lost={lost} />
        </span>
      )}
      {!status && issues.length > 0 && (
        <span
          className={errors > 0 ? classes.error : classes.warning}
          role="img"
          aria-label={t("card.problems", { count: issues.length })}
          title={issues.map((issue) => issue.message).join("\n")}
        >
          <Mark size={18} aria-hidden />
        </span>
      )}
    </div>
  );
}
