/** What came out: data, every try with its reason, the log. */
import { Badge, Box, Select, Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { useWaits } from "@/api/data";
import type { NodeType } from "@/graph/catalogue";
import type { FlowNode } from "@/graph/document";
import { roundWords } from "@/graph/rounds";
import { isTurn, usesTools } from "@/graph/tools";
import { shownGraph, stepName, useEditor } from "@/store/editor";
import { lostAttempts, roundView, useRun } from "@/store/run";
import { useSaying } from "@/store/words";
import { AttemptList } from "@/ui/AttemptList";
import { LogList } from "@/ui/LogList";
import { LostQuestion } from "@/ui/LostQuestion";
import { useStory } from "@/ui/useStory";
import { Waits } from "@/ui/Waits";
import { OutputData } from "./OutputData";
import classes from "./StepPanel.module.css";
import { Trace } from "./Trace";

type Props = { node: FlowNode; type: NodeType | undefined };

export function OutputColumn({ node, type }: Props) {
  const { t } = useTranslation();
  const run = useRun((state) => state.run);
  const rounds = useRun(
    useShallow((state) =>
      [...state.steps.values()]
        .filter((step) => step.key === node.key && !isTurn(node.key, step.iteration))
        .map((step) => step.iteration),
    ),
  );
  const graph = useEditor(shownGraph);
  const roundName = (address: string) => roundWords(address, (key) => stepName(graph, key));
  const [picked, setPicked] = useState<string | null>(null);
  const iteration = picked ?? rounds.at(-1) ?? "";
  const lost = useRun(useShallow((state) => lostAttempts(state, node.key)));
  const step = useRun((state) => state.steps.get(`${node.key}|${iteration}`));
  const waits = useWaits(node.key).filter((wait) => wait.iteration === iteration);
  const story = useStory();
  const saying = useSaying(node.key, iteration);
  const words = step ? story(roundView(step), node, type).join(" ") : "";
  const tries = useTryCount(node.key, iteration);
  return (
    <section className={classes.side} aria-label={t("step.output")}>
      <div className={classes.sideHead}>
        <h2>{t("step.output")}</h2>
        {rounds.length > 1 && (
          <Select
            size="xs"
            w={150}
            aria-label={t("output.round")}
            data={rounds.map((value) => ({ value, label: roundName(value) || t("output.once") }))}
            searchable={rounds.length > 10}
            limit={200}
            value={iteration}
            allowDeselect={false}
            onChange={setPicked}
          />
        )}
      </div>
      <div className={classes.sideBody}>
        {words && waits.length === 0 && (
          <p className={classes.hint} role="status" data-bad={step?.error ? true : undefined}>
            {words} {step?.error?.fix}
          </p>
        )}
        {saying && step?.status === "running" && (
          <div className={classes.saying} role="note" data-testid="saying-whole">
            <p>{saying}</p>
            <b>{t("output.saying")}</b>
          </div>
        )}
        {run && waits.length > 0 && !lost[0] && (
          <Box px={8} pb={8}>
            <Waits waits={waits} />
          </Box>
        )}
        {run && lost[0] && <LostQuestion run={run.id} attempt={lost[0]} name={node.name} />}
        <Tabs defaultValue="data" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="data">{t("output.data")}</Tabs.Tab>
            <Tabs.Tab value="tries" rightSection={tries > 1 ? <Count value={tries} /> : null}>
              {t("output.tries")}
            </Tabs.Tab>
            {type && usesTools(type) && <Tabs.Tab value="trace">{t("trace.tab")}</Tabs.Tab>}
            <Tabs.Tab value="log">{t("output.log")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="data" pt="xs">
            <OutputData node={node} type={type} iteration={iteration} />
          </Tabs.Panel>
          <Tabs.Panel value="tries" pt="xs">
            <AttemptList nodeKey={node.key} iteration={iteration} />
          </Tabs.Panel>
          <Tabs.Panel value="trace" pt="xs">
            <Trace of={node.key} at={iteration} />
          </Tabs.Panel>
          <Tabs.Panel value="log" pt="xs">
            <LogList nodeKey={node.key} iteration={iteration} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </section>
  );
}

function useTryCount(key: string, iteration: string): number {
  return useRun(
    (state) =>
      [...state.attempts.values()].filter(
        (attempt) => attempt.key === key && attempt.iteration === iteration,
      ).length,
  );
}

function Count({ value }: { value: number }) {
  return (
    <Badge size="xs" variant="light" color="gray" circle={value < 10}>
      {value}
    </Badge>
  );
}
