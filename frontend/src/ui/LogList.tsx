/** Log lines of a step, from a chosen level upwards. */
import { Code, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LogLevel } from "@/api/types";
import { matches } from "@/graph/data";
import { useRun } from "@/store/run";
import { DataSearch } from "./DataSearch";
import classes from "./LogList.module.css";
import { LongList } from "./LongList";
import { moment } from "./time";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

export function LogList({ nodeKey, iteration }: { nodeKey: string; iteration: string }) {
  const { t, i18n } = useTranslation();
  const [level, setLevel] = useState<LogLevel>("debug");
  const [search, setSearch] = useState("");
  const logs = useRun((state) => state.logs);
  const lines = useMemo(
    () =>
      logs.filter(
        (line) =>
          line.key === nodeKey &&
          line.iteration === iteration &&
          LEVELS.indexOf(line.level) >= LEVELS.indexOf(level) &&
          (!search || matches({ message: line.message, data: line.data }, search.trim())),
      ),
    [logs, nodeKey, iteration, level, search],
  );
  return (
    <>
      <SegmentedControl
        fullWidth
        size="xs"
        mb="xs"
        aria-label={t("log.from")}
        value={level}
        data={LEVELS.map((name) => ({ value: name, label: t(`log.${name}`) }))}
        onChange={(name) => setLevel(LEVELS.find((known) => known === name) ?? "debug")}
      />
      <DataSearch value={search} onChange={setSearch} label={t("log.search")} />
      {lines.length === 0 && <p className={classes.none}>{t("log.none")}</p>}
      <LongList
        items={lines}
        className={classes.list}
        keyOf={(line) => `${line.seq}/${line.at}/${line.message}`}
        attributes={(line) => ({ "data-level": line.level })}
      >
        {(line) => (
          <>
            <time dateTime={line.at}>{moment(line.at, i18n.language)}</time>
            <b>{t(`log.one.${line.level}`)}</b>
            <span>{line.message}</span>
            {line.data && Object.keys(line.data).length > 0 && (
              <Code block>{JSON.stringify(line.data, null, 1)}</Code>
            )}
          </>
        )}
      </LongList>
    </>
  );
}
