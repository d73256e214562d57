/** Every try of a step: when, how it went, and why there was another. */
import { Code } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Attempt } from "@/api/types";
import { useRun } from "@/store/run";
import classes from "./AttemptList.module.css";
import { LongList } from "./LongList";
import { StateMark } from "./StateMark";
import { duration, moment } from "./time";

export function AttemptList({ nodeKey, iteration }: { nodeKey: string; iteration: string }) {
  const { t } = useTranslation();
  const all = useRun((state) => state.attempts);
  const attempts = useMemo(
    () =>
      [...all.values()]
        .filter((attempt) => attempt.key === nodeKey && attempt.iteration === iteration)
        .sort((a, b) => a.item - b.item || a.number - b.number),
    [all, nodeKey, iteration],
  );
  const parked =
    useRun((state) => state.steps.get(`${nodeKey}|${iteration}`)?.status) === "waiting";
  if (attempts.length === 0) return <p className={classes.none}>{t("tries.none")}</p>;
  const items = new Set(attempts.map((attempt) => attempt.item)).size > 1;
  return (
    <LongList
      items={attempts}
      className={classes.list}
      keyOf={(attempt) => `${attempt.item}/${attempt.number}`}
    >
      {(attempt) => (
        <Try attempt={attempt} showItem={items} parked={parked && attempt.status === "running"} />
      )}
    </LongList>
  );
}

type TryProps = { attempt: Attempt; showItem: boolean; parked: boolean };

/** A try whose step waits, for a person or a moment, is not at work: it waits too. */
function Try({ attempt, showItem, parked }: TryProps) {
  const { t, i18n } = useTranslation();
  const { error, usage } = attempt;
  const took =
    attempt.started_at && attempt.finished_at
      ? Date.parse(attempt.finished_at) - Date.parse(attempt.started_at)
      : null;
  const status = attempt.status === "lost" || parked ? "waiting" : attempt.status;
  return (
    <>
      <StateMark status={status} lost={attempt.status === "lost"} size={16} />
      <div>
        <b>
          {t("tries.number", { number: attempt.number })}
          {showItem && attempt.item >= 0 && ` · ${t("data.item", { number: attempt.item + 1 })}`}
        </b>
        <span>
          {[moment(attempt.started_at, i18n.language), duration(took, i18n.language)]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {error && <p className={classes.error}>{error.message}</p>}
        {error?.fix && <p>{error.fix}</p>}
        {attempt.why && <p>{attempt.why}</p>}
        {usage && (
          <p>
            {t(usage.cached ? "tries.known" : "tries.usage", {
              model: usage.model,
              tokensIn: usage.tokens_in,
              tokensOut: usage.tokens_out,
            })}
          </p>
        )}
        {usage?.prompt && (
          <p>{t("prompt.used", { name: usage.prompt.name, number: usage.prompt.version })}</p>
        )}
        {usage?.matched && (
          <p>
            {t("meaning.matched", {
              question: usage.matched.question,
              percent: Math.floor(usage.matched.similarity * 100),
            })}
          </p>
        )}
        {attempt.params && Object.keys(attempt.params).length > 0 && (
          <details>
            <summary>{t("tries.params")}</summary>
            <Code block>{JSON.stringify(attempt.params, null, 2)}</Code>
          </details>
        )}
      </div>
    </>
  );
}
