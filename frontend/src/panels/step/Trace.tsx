/** What a step did inside of itself, in order: each turn of the model and each use of a tool. */
import { Code } from "@mantine/core";
import { IconBookmark, IconSparkles, IconUser } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useStepData } from "@/api/data";
import type { Step } from "@/api/types";
import { isObject, type Json, type JsonObject, nodeByKey } from "@/graph/document";
import { innerPlace } from "@/graph/tools";
import { shownGraph, useEditor } from "@/store/editor";
import { useRun } from "@/store/run";
import { StateMark } from "@/ui/StateMark";
import { Tile } from "@/ui/Tile";
import { duration } from "@/ui/time";
import classes from "./Trace.module.css";

type Props = { of: string; at: string };

export function Trace({ of, at }: Props) {
  const { t } = useTranslation();
  const all = useRun((state) => state.steps);
  const items = useMemo(() => byItem(all.values(), of, at), [all, of, at]);
  if (items.length === 0) return <p className={classes.none}>{t("trace.empty")}</p>;
  return (
    <>
      {items.map(({ item, steps }) => (
        <section key={item}>
          {items.length > 1 && <h3>{t("trace.item", { number: item + 1 })}</h3>}
          <ol className={classes.list}>
            {steps.map((step) => (
              <Inner key={`${step.key}|${step.iteration}`} step={step} turn={step.key === of} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function byItem(all: Iterable<Step>, of: string, at: string): { item: number; steps: Step[] }[] {
  const items = new Map<number, { number: number; step: Step }[]>();
  for (const step of all) {
    const place = innerPlace(step.iteration);
    if (place?.key !== of || place.outer !== at) continue;
    const known = items.get(place.item) ?? [];
    items.set(place.item, [...known, { number: place.number, step }]);
  }
  return [...items.entries()]
    .sort(([a], [b]) => a - b)
    .map(([item, found]) => ({
      item,
      steps: found.sort((a, b) => a.number - b.number).map(({ step }) => step),
    }));
}

function Inner({ step, turn }: { step: Step; turn: boolean }) {
  const { t, i18n } = useTranslation();
  const node = useEditor((state) => nodeByKey(shownGraph(state), step.key));
  const type = useEditor((state) => node && state.catalogue.of(node));
  const said = useSaid(step);
  const [Icon, title] = kindOf(said);
  return (
    <li data-turn={turn || undefined}>
      {turn ? (
        <span className={classes.icon}>
          <Icon size={15} aria-hidden />
        </span>
      ) : (
        <Tile icon={type?.icon ?? "box"} family={type?.family ?? ""} size={24} />
      )}
      <div>
        <div className={classes.head}>
          <b>{turn ? t(title) : (node?.name ?? step.key)}</b>
          <span>
            {[duration(step.duration_ms, i18n.language), turn && tokens(said, t)]
              .filter(Boolean)
              .join(" · ")}
          </span>
          <StateMark status={step.status} size={15} />
        </div>
        {step.error && <p className={classes.bad}>{step.error.message}</p>}
        {turn ? <Said said={said} /> : <Used step={step} said={told(said, type?.tells)} />}
        {!turn && type?.outputs.some((port) => port.tools) && (
          <Trace of={step.key} at={step.iteration} />
        )}
      </div>
    </li>
  );
}

/** What a step of its own was: known by what it gave, until then it is taken for a thought. */
function kindOf(said: Json | undefined) {
  if (isObject(said) && "allowed" in said) return [IconUser, "trace.asks"] as const;
  if (isObject(said) && "recalled" in said) return [IconBookmark, "trace.recalls"] as const;
  if (isObject(said) && "remembered" in said) return [IconBookmark, "trace.remembers"] as const;
  return [IconSparkles, "trace.thinks"] as const;
}

function useSaid(step: Step): Json | undefined {
  const run = useRun((state) => state.run?.id ?? null);
  const data = useStepData(step.status === "succeeded" ? run : null, step.key, {
    iteration: step.iteration,
    offset: 0,
    limit: 1,
  });
  const [page] = Object.values(data.data?.output ?? {});
  return page?.items[0]?.json;
}

function tokens(said: Json | undefined, t: TFunction): string {
  const usage = isObject(said) && isObject(said.usage) ? said.usage : {};
  const count = Number(usage.tokens_in ?? 0) + Number(usage.tokens_out ?? 0);
  return count > 0 ? t("trace.tokens", { count }) : "";
}

function Said({ said }: { said: Json | undefined }) {
  const { t } = useTranslation();
  if (!isObject(said)) return null;
  if ("allowed" in said) {
    const note = String(said.note ?? "");
    return <p>{said.allowed === true ? t("trace.allowed") : t("trace.refused", { note })}</p>;
  }
  if (Array.isArray(said.recalled)) {
    return <p>{t("trace.recalled", { count: said.recalled.length })}</p>;
  }
  if ("remembered" in said) return null;
  const calls = Array.isArray(said.calls) ? said.calls.filter(isObject) : [];
  const names = calls.map((call) => String(call.name)).join(", ");
  return (
    <>
      {said.text !== "" && <p className={classes.text}>{String(said.text ?? "")}</p>}
      {names && <p>{t("trace.uses", { names })}</p>}
    </>
  );
}

const SHORT = 240;

/** What the model was told of it. */
function told(said: Json | undefined, field: string | undefined): Json | undefined {
  return field && isObject(said) && field in said ? said[field] : said;
}

function Used({ step, said }: { step: Step; said: Json | undefined }) {
  const { t } = useTranslation();
  const params = useRun(
    (state) => state.attempts.get(`${step.key}|${step.iteration}|0|1`)?.params ?? null,
  );
  const gave = said === undefined ? "" : JSON.stringify(said);
  return (
    <>
      {params && <p className={classes.data}>{inBrief(params)}</p>}
      {gave && (
        <p className={classes.data}>
          {t("trace.gave")} {gave.slice(0, SHORT)}
          {gave.length > SHORT && "…"}
        </p>
      )}
      {gave.length > SHORT && (
        <details>
          <summary>{t("trace.more")}</summary>
          <Code block>{JSON.stringify(said, null, 2)}</Code>
        </details>
      )}
    </>
  );
}

/** Settings that say something, in one line. */
function inBrief(params: JsonObject): string {
  return Object.entries(params)
    .filter(([, value]) => value !== null && value !== "" && value !== false)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ")
    .slice(0, SHORT);
}
