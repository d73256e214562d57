/** The drawing area: binds the drawing library to the stores. No rules of its own. */
import "@xyflow/react/dist/style.css";
import { useMantineColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  Background,
  BackgroundVariant,
  type EdgeTypes,
  type FinalConnectionState,
  MiniMap,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCosting } from "@/api/costs";
import { useCounting } from "@/api/counts";
import { usePinnedMarks } from "@/api/pins";
import { entersFromBehind } from "@/graph/connect";
import { type Edge, edgeId, type Graph, nodeById } from "@/graph/document";
import { CARD } from "@/graph/operations";
import { checkWire, connect, refusalText } from "@/store/actions";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import classes from "./Canvas.module.css";
import { ConnectionLine } from "./ConnectionLine";
import { EmptyCanvas, NothingDrawn } from "./EmptyCanvas";
import { useWatchFar } from "./far";
import { Groups } from "./Groups";
import { NoteCard } from "./NoteCard";
import { SelectionToolbar } from "./SelectionToolbar";
import { StepCard } from "./StepCard";
import { asEdge, drawnEdges, type LooseConnection, type StepItem, type WireItem } from "./toFlow";
import { useDropping } from "./useDropping";
import { useItems } from "./useItems";
import { useKeptInView } from "./useKeptInView";
import { useShortcuts } from "./useShortcuts";
import { ViewControls } from "./ViewControls";
import { FIT } from "./view";
import { Wire } from "./Wire";

const NODE_TYPES: NodeTypes = { step: StepCard, note: NoteCard };
const EDGE_TYPES: EdgeTypes = { wire: Wire };

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Drawing />
    </ReactFlowProvider>
  );
}

function Drawing() {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const editable = useEditor(isEditable);
  const empty = useEditor((state) => shownGraph(state).nodes.length === 0);
  const minimap = useUi((state) => state.minimap);
  const items = useItems();
  const wires = useWires();
  const dropping = useDropping();
  useShortcuts(wires.picked);
  useCounting();
  useCosting();
  usePinnedMarks();
  useWatchFar(useEditor(shownGraph));
  const onMoveStart = useKeptInView();
  const openStep = useUi((state) => state.openStep);
  const openMenu = useUi((state) => state.openMenu);
  return (
    <div className={classes.area} data-testid="canvas">
      <ReactFlow<StepItem, WireItem>
        nodes={items.nodes}
        edges={wires.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={items.onNodesChange}
        onEdgesChange={wires.onEdgesChange}
        onNodeDragStop={items.onDragStop}
        onSelectionDragStop={items.onSelectionDragStop}
        onNodeDoubleClick={(_, node) => node.type === "step" && openStep(node.id)}
        onConnect={(connection) => tryConnect(asEdge(connection))}
        onConnectEnd={wires.onConnectEnd}
        isValidConnection={wires.isValid}
        connectionLineComponent={ConnectionLine}
        onPaneClick={() => openMenu(null)}
        onMoveStart={(event) => {
          // Only what a person moves: a card gliding into view must not take the menu away.
          if (event) openMenu(null);
          onMoveStart(event);
        }}
        onDrop={dropping.onDrop}
        onDragOver={dropping.onDragOver}
        nodesDraggable={editable}
        nodesConnectable={editable}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Meta", "Control", "Shift"]}
        selectionMode={SelectionMode.Partial}
        panActivationKeyCode="Space"
        panOnScroll
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        connectionRadius={32}
        nodeDragThreshold={3}
        snapToGrid
        snapGrid={[10, 10]}
        minZoom={0.15}
        maxZoom={1.75}
        fitView
        fitViewOptions={FIT}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements={items.nodes.length > 150}
        colorMode={colorScheme === "auto" ? "system" : colorScheme}
        aria-label={t("canvas.label")}
        ariaLabelConfig={{ "node.a11yDescription.default": t("canvas.stepHelp") }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--sg-dots)" />
        {minimap && (
          <MiniMap
            pannable
            zoomable
            className={classes.minimap ?? ""}
            ariaLabel={t("view.minimap")}
          />
        )}
        <Groups />
        <SelectionToolbar />
        <ViewControls />
      </ReactFlow>
      {empty && (editable ? <EmptyCanvas /> : <NothingDrawn />)}
    </div>
  );
}

function tryConnect(edge: Edge | null): void {
  if (edge) connect(edge);
}

function useWires() {
  const { t } = useTranslation();
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const openMenu = useUi((state) => state.openMenu);

  const edges = useMemo(() => {
    const nameOf = (id: string) => nodeById(graph, id)?.name ?? id;
    return drawnEdges(
      graph,
      (edge) => entersFromBehind(graph, catalogue, edge) || leadsBack(graph, edge),
      picked,
      (edge) => t("wire.name", { from: nameOf(edge.source), to: nameOf(edge.target) }),
    );
  }, [graph, catalogue, picked, t]);

  const onEdgesChange = useCallback(
    (changes: { type: string; id?: string; selected?: boolean }[]) => {
      setPicked((before) => {
        const next = new Set(before);
        for (const change of changes) {
          if (change.type !== "select" || !change.id) continue;
          if (change.selected) next.add(change.id);
          else next.delete(change.id);
        }
        return next;
      });
    },
    [],
  );

  const isValid = useCallback((connection: LooseConnection) => {
    const edge = asEdge(connection);
    return edge !== null && checkWire(edge).ok;
  }, []);

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromHandle?.id || !state.fromNode) return;
      const side = state.fromHandle.type;
      if (state.toHandle?.id && state.toNode) {
        const ends = {
          from: [state.fromNode.id, state.fromHandle.id],
          to: [state.toNode.id, state.toHandle.id],
        };
        refuse(side === "source" ? ends : { from: ends.to, to: ends.from });
        return;
      }
      const point = "clientX" in event ? event : event.changedTouches[0];
      if (!point || state.toNode) return;
      const position = state.to ? fromCentre(state.to, side) : undefined;
      const target = {
        kind: "port",
        node: state.fromNode.id,
        port: state.fromHandle.id,
        side,
        position,
      } as const;
      // The click that ends the drag would close the menu at once.
      setTimeout(() => openMenu({ x: point.clientX + 8, y: point.clientY - 12, target }), 0);
    },
    [openMenu],
  );

  const chosen = useMemo(
    () => graph.edges.filter((edge) => picked.has(edgeId(edge))),
    [graph.edges, picked],
  );
  return { edges, picked: chosen, onEdgesChange, isValid, onConnectEnd };
}

/** Drawn around below: straight back it would be hidden behind the cards. */
function leadsBack(graph: Graph, edge: Edge): boolean {
  const source = nodeById(graph, edge.source);
  const target = nodeById(graph, edge.target);
  return !!source && !!target && target.position.x + CARD.width < source.position.x;
}

function fromCentre(point: { x: number; y: number }, side: "source" | "target") {
  return { x: side === "source" ? point.x : point.x - 220, y: point.y - 32 };
}

function refuse(ends: { from: string[]; to: string[] }): void {
  const [source, source_port] = ends.from;
  const [target, target_port] = ends.to;
  if (!source || !source_port || !target || !target_port) return;
  const verdict = checkWire({ source, source_port, target, target_port });
  if (!verdict.ok)
    notifications.show({ id: "wire", color: "orange", message: refusalText(verdict) });
}
