/** What comes in: data of the last run, or a sample until there is one. */
import { Badge } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBarToRight, IconBolt } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStepData, useStepRun } from "@/api/data";
import { type Source, useForm } from "@/form/context";
import type { Path } from "@/graph/data";
import type { FlowNode } from "@/graph/document";
import { DataSearch } from "@/ui/DataSearch";
import { DataSources } from "@/ui/DataSources";
import { EmptyHint } from "@/ui/EmptyHint";
import { ItemView, PAGE, type ViewMode, ViewSwitch } from "@/ui/ItemView";
import classes from "./StepPanel.module.css";

type Props = { node: FlowNode; sources: Source[]; isTrigger: boolean };

export function InputColumn({ node, sources, isTrigger }: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<ViewMode>("fields");
  const [search, setSearch] = useState("");
  const { target, readOnly } = useForm();
  const insert = (root: string, path: Path) => {
    if (readOnly) return;
    if (target.current) target.current({ root, path });
    else notifications.show({ message: t("input.clickFirst") });
  };
  const real = sources.some((source) => source.real);
  const first = sources[0];
  return (
    <section className={classes.side} aria-label={t("step.input")}>
      <div className={classes.sideHead}>
        <h2>{t("step.input")}</h2>
        {first && <ViewSwitch value={mode} onChange={setMode} label={t("step.input")} />}
      </div>
      {isTrigger && (
        <EmptyHint
          icon={<IconBolt size={26} />}
          title={t("input.trigger")}
          text={t("input.triggerHelp")}
        />
      )}
      {!isTrigger && !first && (
        <EmptyHint
          icon={<IconArrowBarToRight size={26} />}
          title={t("input.none")}
          text={t("input.noneHelp")}
        />
      )}
      {first && (
        <div className={classes.sideBody}>
          <p className={classes.hint}>
            {real ? t("input.drag") : t("input.sample")}{" "}
            {!real && (
              <Badge component="span" size="xs" variant="light" color="gray" tt="none">
                {t("data.sample")}
              </Badge>
            )}
          </p>
          <div className={classes.search}>
            <DataSearch value={search} onChange={setSearch} label={t("data.search")} />
          </div>
          {mode === "fields" ? (
            <DataSources sources={sources} search={search.trim()} onClick={insert} />
          ) : (
            <Items key={search} node={node} mode={mode} fallback={first} search={search.trim()} />
          )}
        </div>
      )}
    </section>
  );
}

type ItemsProps = { node: FlowNode; mode: ViewMode; fallback: Source; search: string };

/** What comes in by the wires, all of it, a page at a time. */
function Items({ node, mode, fallback, search }: ItemsProps) {
  const run = useStepRun(node.key);
  const [offset, setOffset] = useState(0);
  const data = useStepData(run, node.key, {
    search: search || undefined,
    offset,
    limit: PAGE,
  });
  const ports = Object.values(data.data?.input ?? {});
  const port = ports.find((page) => page.total > 0) ?? (search ? ports[0] : undefined);
  return (
    <ItemView
      mode={mode}
      root={fallback.key}
      page={port ?? { total: 1, items: [{ json: fallback.value }] }}
      offset={offset}
      onOffset={setOffset}
      search={search}
      filesOf={port && run ? { run, step: fallback.key, iteration: "" } : undefined}
    />
  );
}
