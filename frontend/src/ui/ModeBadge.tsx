/** Whether a run was a test or live, and on which version. */
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import classes from "./ModeBadge.module.css";

export function ModeBadge({ run }: { run: Pick<Run, "mode" | "version"> }) {
  const { t } = useTranslation();
  const live = run.mode === "live";
  const words =
    live && run.version !== null ? t("runs.live", { number: run.version }) : t(`runs.${run.mode}`);
  return (
    <span className={classes.badge} data-live={live || undefined}>
      {words}
    </span>
  );
}
