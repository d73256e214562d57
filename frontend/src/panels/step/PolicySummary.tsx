/** The policy as one sentence, its tries in time, and what it would have done for past failures.

The server works out the times, by the very formula that runs use; here they are only drawn. */
import { Anchor } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/endpoints";
import type { RetryTimes } from "@/api/types";
import type { FlowNode, Policy } from "@/graph/document";
import { placed, shownTries } from "@/graph/retryScale";
import { page } from "@/page";
import { dateTime, seconds } from "@/ui/time";
import classes from "./PolicySummary.module.css";

export function PolicySummary({ node, policy }: { node: FlowNode; policy: Policy }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(policy, 250);
  const times = useQuery({
    queryKey: ["retry", node.key, settled.retry, settled.timeout_seconds],
    queryFn: () => api.retryTimes(page.flow, node.key, settled.retry, settled.timeout_seconds),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  });
  return (
    <div className={classes.summary} data-testid="policy-summary">
      <p>
        {t("policy.sentence", { count: policy.retry.attempts })}{" "}
        {t(`policy.then.${policy.on_error}`)}
      </p>
      {times.data && policy.retry.attempts > 1 && <Times times={times.data} />}
      {times.data && <Past past={times.data.past} />}
    </div>
  );
}

function Times({ times }: { times: RetryTimes }) {
  const { t, i18n } = useTranslation();
  const said = (value: number) => seconds(value, i18n.language);
  const end = Math.max(...times.tries.map((one) => one.latest));
  const { shown, left } = shownTries(times.tries);
  return (
    <>
      <ol className={classes.tries} data-testid="retry-times">
        {shown.map((one, index) => (
          <li
            key={one.number}
            data-uncertain={!one.certain || undefined}
            title={one.certain ? undefined : t("retry.uncertain")}
            aria-label={t("retry.band", {
              number: one.number,
              from: said(one.from),
              to: said(one.to),
            })}
          >
            <span className={classes.number}>
              {left > 0 && index === shown.length - 1 ? `… ${one.number}` : one.number}
            </span>
            <Band of={one} end={end} />
            <span className={classes.range}>
              {one.to === 0
                ? t("retry.atOnce")
                : one.to - one.from < 0.05
                  ? said(one.to)
                  : `${said(one.from)} – ${said(one.to)}`}
            </span>
          </li>
        ))}
      </ol>
      <p className={classes.worst}>
        {t(times.limited ? "retry.longest" : "retry.longestOpen", {
          time: said(times.longest_seconds),
        })}
        {times.cost !== null &&
          `, ${t("retry.cost", { cost: times.cost.toLocaleString(i18n.language) })}`}
        .
      </p>
    </>
  );
}

/** Dark: what is left to chance. Pale: where the tries before took as long as they may. */
function Band({ of, end }: { of: RetryTimes["tries"][number]; end: number }) {
  const { left, width } = placed(of, end);
  const worst = placed({ from: of.from, to: of.latest }, end);
  return (
    <span className={classes.track} aria-hidden>
      <span className={classes.pale} style={{ left: `${worst.left}%`, width: `${worst.width}%` }} />
      <span className={classes.band} style={{ left: `${left}%`, width: `${width}%` }} />
      <span className={classes.dot} style={{ left: `${left + width}%` }} />
    </span>
  );
}

const FEW = 4;

function Past({ past }: { past: RetryTimes["past"] }) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  if (past.failures === 0) return <p className={classes.worst}>{t("retry.noFailures")}</p>;
  const cases = all ? past.cases : past.cases.slice(0, FEW);
  return (
    <section className={classes.past} aria-label={t("retry.past")} data-testid="retry-past">
      <p>
        <b>{t("retry.savedOf", { count: past.failures, saved: past.saved + past.likely })}</b>
      </p>
      <div className={classes.bar} aria-hidden>
        {(["saved", "likely", "unknown", "failed"] as const).map((fate) => (
          <span key={fate} data-fate={fate} style={{ flexGrow: past[fate] }} />
        ))}
      </div>
      <ul>
        {cases.map((one) => (
          <li key={`${one.run}/${one.at}`}>
            <span data-fate={one.fate} className={classes.fate} aria-hidden />
            <span>
              {dateTime(one.at, i18n.language)} · {one.why} · {t(`retry.fate.${one.fate}`)}
              <small> ({t("retry.then", { count: one.then, tries: one.tries })})</small>
            </span>
          </li>
        ))}
      </ul>
      {past.cases.length > FEW && (
        <Anchor component="button" type="button" size="xs" onClick={() => setAll(!all)}>
          {all ? t("retry.fewer") : t("retry.all", { count: past.cases.length })}
        </Anchor>
      )}
      <p className={classes.worst}>{t("retry.pastHelp")}</p>
    </section>
  );
}
