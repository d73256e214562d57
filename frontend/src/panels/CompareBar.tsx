/** Over the canvas while two states are compared: which two, how much differs, and the way back. */
import { Button, Paper, Select } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useVersions } from "@/api/queries";
import type { Change } from "@/api/types";
import { type Comparison, compare, leaveComparison, type Side, useCompare } from "@/store/compare";
import classes from "./CompareBar.module.css";

const HOWS = ["added", "changed", "removed"] as const;

export function CompareBar() {
  const shown = useCompare((state) => state.shown);
  return shown ? <Bar shown={shown} /> : null;
}

function Bar({ shown }: { shown: Comparison }) {
  const { t } = useTranslation();
  const sides = useSides();
  return (
    <Paper
      component="section"
      className={classes.bar ?? ""}
      shadow="md"
      radius="lg"
      withBorder
      aria-label={t("compare.label")}
      data-testid="compare-bar"
    >
      <Select
        size="xs"
        w={150}
        label={t("compare.before")}
        data={sides}
        value={String(shown.before)}
        allowDeselect={false}
        onChange={(value) => compare(sideOf(value), shown.after)}
      />
      <Select
        size="xs"
        w={150}
        label={t("compare.after")}
        data={sides}
        value={String(shown.after)}
        allowDeselect={false}
        onChange={(value) => compare(shown.before, sideOf(value))}
      />
      <span className={classes.count} role="status">
        {shown.changes.length === 0 && t("compare.same")}
        {HOWS.map((how) => {
          const count = shown.changes.filter(
            (change) => change.how === how && counts(change),
          ).length;
          return count > 0 ? (
            <span key={how} data-how={how}>
              {t(`compare.${how}`, { count })}
            </span>
          ) : null;
        })}
      </span>
      <Button size="xs" leftSection={<IconArrowLeft size={14} />} onClick={leaveComparison}>
        {t("compare.back")}
      </Button>
    </Paper>
  );
}

/** As the bar at the top counts: notes and frames change no run. */
function counts({ what }: Change): boolean {
  return what !== "note" && what !== "group";
}

function useSides(): { value: string; label: string }[] {
  const { t } = useTranslation();
  const versions = useVersions().data ?? [];
  return [
    { value: "draft", label: t("compare.draft") },
    ...versions.map(({ number, live }) => ({
      value: String(number),
      label: t(live ? "compare.versionLive" : "compare.version", { number }),
    })),
  ];
}

function sideOf(value: string | null): Side {
  return value === null || value === "draft" ? "draft" : Number(value);
}
