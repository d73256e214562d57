/** Under the form of a step that goes by the clock: its timetable in words, and when it comes next. */
import { useDebouncedValue } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useNextTimes } from "@/api/times";
import type { NodeType } from "@/graph/catalogue";
import type { JsonObject } from "@/graph/document";
import classes from "./NextTimes.module.css";
import { momentIn } from "./time";

const SETTLE_MS = 300;
const AGAIN_MS = 60_000;

export function NextTimes({ type, params }: { type: NodeType; params: JsonObject }) {
  const { t, i18n } = useTranslation();
  const [settled] = useDebouncedValue(params, SETTLE_MS);
  const answer = useNextTimes(type, settled, AGAIN_MS);
  if (!answer) return null;
  const { problem, fix, words, zone, times } = answer;
  return (
    <section className={classes.times} aria-label={t("times.title")} data-testid="next-times">
      {problem ? (
        <p role="alert">
          {problem} {fix}
        </p>
      ) : (
        <>
          <p role="status">
            <b>{words}</b> ({zone})
          </p>
          <ol aria-label={t("times.next", { count: times.length })}>
            {times.map((at) => (
              <li key={at}>
                <time dateTime={at}>{momentIn(at, zone, i18n.language, false)}</time>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
