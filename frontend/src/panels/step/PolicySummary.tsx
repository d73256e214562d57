/** The policy as one sentence and as a small drawing of tries in time. */
import { useTranslation } from "react-i18next";
import type { Policy } from "@/graph/document";
import { pauses } from "@/graph/policy";
import { seconds } from "@/ui/time";
import classes from "./PolicyTab.module.css";

export function PolicySummary({ policy }: { policy: Policy }) {
  const { t, i18n } = useTranslation();
  const waits = pauses(policy.retry);
  const said = waits.slice(0, 4).map((wait) => seconds(wait, i18n.language));
  if (waits.length > 4) said.push("…");
  const tries =
    waits.length === 0
      ? t("policy.once")
      : t(policy.retry.backoff === "random" ? "policy.sentenceRandom" : "policy.sentence", {
          count: policy.retry.attempts,
          waits: said.join(", "),
        });
  return (
    <div className={classes.summary} data-testid="policy-summary">
      <p>
        {tries} {t(`policy.then.${policy.on_error}`)}
      </p>
      {waits.length > 0 && <Timeline waits={waits} />}
    </div>
  );
}

const WIDTH = 480;
const EDGE = 14;

/** Pauses on a soft scale, so that one second and one hour both can be seen. */
function Timeline({ waits }: { waits: number[] }) {
  const { i18n } = useTranslation();
  const lengths = waits.slice(0, 9).map((wait) => 0.6 + Math.log10(1 + wait));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  const scale = (WIDTH - 2 * EDGE) / whole;
  let x = EDGE;
  const points = lengths.map((length) => {
    const from = x;
    x += length * scale;
    return { from, to: x };
  });
  return (
    <svg className={classes.timeline} viewBox={`0 0 ${WIDTH} 46`} aria-hidden="true">
      <line x1={EDGE} x2={x} y1={16} y2={16} />
      <circle cx={EDGE} cy={16} r={6} />
      {points.map(({ from, to }, index) => (
        <g key={from}>
          <circle cx={to} cy={16} r={6} />
          <text x={(from + to) / 2} y={40} textAnchor="middle">
            {seconds(waits[index] ?? 0, i18n.language)}
          </text>
        </g>
      ))}
    </svg>
  );
}
