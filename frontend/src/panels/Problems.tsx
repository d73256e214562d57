/** Every problem of the draft in plain words, with the way to its step and field. */
import { Button } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Issue } from "@/api/types";
import { useEditor } from "@/store/editor";
import { canFix, fixIssue } from "@/store/fixes";
import { useUi } from "@/store/ui";
import { EmptyHint } from "@/ui/EmptyHint";
import classes from "./lists.module.css";

export function Problems() {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues);
  const sorted = [...issues].sort((a, b) => (a.severity < b.severity ? -1 : 1));
  if (issues.length === 0) {
    return (
      <EmptyHint
        icon={<IconCircleCheck size={28} />}
        title={t("problems.none")}
        text={t("problems.noneHelp")}
      />
    );
  }
  return (
    <ul className={classes.list}>
      {sorted.map((issue, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read the same
        <Problem key={`${issue.code}:${issue.node}:${issue.field}:${index}`} issue={issue} />
      ))}
    </ul>
  );
}

function Problem({ issue }: { issue: Issue }) {
  const { t } = useTranslation();
  const step = useEditor((state) => state.draft.nodes.find((node) => node.id === issue.node));
  const { openStep, revealStep } = useUi.getState();
  const Mark = issue.severity === "error" ? IconAlertCircle : IconAlertTriangle;
  const goTo = () => {
    if (!step) return;
    useEditor.getState().select([step.id]);
    revealStep(step.id);
    if (issue.field !== null) openStep(step.id, issue.field);
  };
  return (
    <li className={classes.problem} data-severity={issue.severity}>
      <button type="button" className={classes.row} onClick={goTo}>
        <Mark size={18} aria-label={t(`problems.${issue.severity}`)} />
        <span>
          {step && <b>{step.name}</b>}
          <span>{issue.message}</span>
          {issue.fix && <em>{issue.fix}</em>}
        </span>
      </button>
      {canFix(issue) && issue.action && (
        <Button size="compact-xs" variant="light" onClick={() => fixIssue(issue)}>
          {t(`fix.${issue.action.kind}`)}
        </Button>
      )}
    </li>
  );
}
