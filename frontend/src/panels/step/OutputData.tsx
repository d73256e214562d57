/** What came out, exit by exit: pinned data, data of a run, or a sample until there is some. */
import { SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPinFilled } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStepData, useStepRun } from "@/api/data";
import { usePinData } from "@/api/pins";
import type { Item, ItemPage } from "@/api/types";
import { type NodeType, outputsOf } from "@/graph/catalogue";
import { matches } from "@/graph/data";
import type { FlowNode } from "@/graph/document";
import { fieldsOf } from "@/graph/fields";
import { sampleThrough } from "@/graph/samples";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useRun } from "@/store/run";
import { DataSearch } from "@/ui/DataSearch";
import { ItemView, PAGE, type ViewMode, ViewSwitch } from "@/ui/ItemView";
import { EditData } from "./EditData";
import { NextCall } from "./NextCall";
import { PinTools } from "./PinTools";
import classes from "./StepPanel.module.css";

type Props = { node: FlowNode; type: NodeType | undefined; iteration: string };

export function OutputData({ node, type, iteration }: Props) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const [mode, setMode] = useState<ViewMode>("fields");
  const [search, setSearch] = useState("");
  const [offset, setOffset] = useState(0);
  const [picked, setPicked] = useState<string | null>(null);
  const [edited, setEdited] = useState(false);
  const data = useOutput({ node, type, iteration, search, offset });
  const port = picked ?? data.fullest;
  const page = data.pages[port] ?? { total: 0, items: [] };
  const sample = data.source === "sample";
  const failed = useRun(
    (state) => state.steps.get(`${node.key}|${iteration}`)?.status === "failed",
  );
  return (
    <>
      <div className={classes.dataTools}>
        <ViewSwitch value={mode} onChange={setMode} label={t("step.output")} />
        {editable && !type?.loop && (
          <span className={classes.pinTools}>
            <PinTools
              node={node}
              run={data.source === "run" ? data.run : null}
              iteration={iteration}
              onEdit={() => setEdited(true)}
            />
          </span>
        )}
      </div>
      {data.pin && (
        <p className={classes.pinned} role="status" data-testid="pinned">
          <IconPinFilled size={14} aria-hidden />
          <span>{t(data.pin.edited ? "build.pinnedEdited" : "build.pinnedHelp")}</span>
        </p>
      )}
      {editable && type && <Sample node={node} type={type} />}
      {data.ports.length > 1 && (
        <SegmentedControl
          fullWidth
          size="xs"
          mb="xs"
          aria-label={t("output.exit")}
          value={port}
          data={data.ports.map(({ name, label }) => ({
            value: name,
            label: sample ? label : `${label} (${data.pages[name]?.total ?? 0})`,
          }))}
          onChange={(name) => {
            setPicked(name);
            setOffset(0);
          }}
        />
      )}
      {sample && (
        <p className={classes.hint}>
          {failed ? t("output.failed") : t(page.total > 0 ? "output.sample" : "output.none")}
        </p>
      )}
      {!sample && (
        <div className={classes.search}>
          <DataSearch
            value={search}
            label={t("data.search")}
            onChange={(words) => {
              setSearch(words);
              setOffset(0);
            }}
          />
          {search && <span>{t("data.found", { count: page.total })}</span>}
        </div>
      )}
      {(!sample || page.total > 0) && (
        <ItemView
          mode={mode}
          page={page}
          offset={offset}
          onOffset={setOffset}
          search={search}
          filesOf={
            data.source === "run" && data.run
              ? { run: data.run, step: node.key, iteration }
              : undefined
          }
        />
      )}
      {edited && (
        <EditData
          node={node}
          port={port}
          values={data.all(port).map((item) => item.json)}
          onClose={() => setEdited(false)}
        />
      )}
    </>
  );
}

/** For what is called from outside: the next call can become its sample. */
function Sample({ node, type }: { node: FlowNode; type: NodeType }) {
  const spec = fieldsOf(type).find((field) => field.kind === "webhook_path");
  const path = spec && node.params[spec.name];
  return typeof path === "string" && path ? (
    <NextCall node={node} path={path} place={spec?.direction} />
  ) : null;
}

type Asked = Props & { search: string; offset: number };

function useOutput({ node, type, iteration, search, offset }: Asked) {
  const { t } = useTranslation();
  const graph = useEditor(shownGraph);
  const editable = useEditor(isEditable);
  const catalogue = useEditor((state) => state.catalogue);
  const run = useStepRun(node.key);
  // What ran in the past is shown as it was, whatever is pinned now.
  const pin = usePinData(node.id);
  const pinned = editable ? pin : undefined;
  const [words] = useDebouncedValue(search.trim(), 250);
  const answer = useStepData(run, node.key, {
    iteration: iteration || undefined,
    search: words || undefined,
    offset,
    limit: PAGE,
  });
  const ports = outputsOf(node, type, t("port.error")).filter((port) => !port.tools);
  const given = answer.data?.output ?? {};
  const sample = sampleThrough(graph, catalogue, node);
  const ran = Object.keys(given).length > 0;
  const source = pinned ? "pin" : ran ? "run" : "sample";
  const pages: { [port: string]: ItemPage } = {};
  if (pinned) {
    for (const [name, items] of Object.entries(pinned.outputs)) {
      pages[name] = pageOf(items, words, offset);
    }
  } else if (ran) Object.assign(pages, given);
  else if (sample !== null) pages[ports[0]?.name ?? "out"] = pageOf([{ json: sample }], "", 0);
  const first = ports[0]?.name ?? "out";
  const fullest = ports.find((port) => (pages[port.name]?.total ?? 0) > 0)?.name ?? first;
  const all = (port: string): readonly Item[] =>
    pinned ? (pinned.outputs[port] ?? []) : (pages[port]?.items ?? []);
  return { ports, pages, fullest, source, pin: pinned, run, all };
}

function pageOf(items: readonly Item[], words: string, offset: number): ItemPage {
  const found = words ? items.filter((item) => matches(item.json, words)) : items;
  return { total: found.length, items: found.slice(offset, offset + PAGE) };
}
