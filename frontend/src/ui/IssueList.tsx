/** Problems in plain words, the worst first: each with the way to its step and field, and a remedy. */
import { Button } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconBulb } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Issue } from "@/api/types";
import { useEditor } from "@/store/editor";
import { canFix, fixIssue, fixWords, goToIssue } from "@/store/fixes";
import classes from "./IssueList.module.css";

const MARKS = { error: IconAlertCircle, warning: IconAlertTriangle, advice: IconBulb } as const;
const ORDER = Object.keys(MARKS);

export function worstFirst(issues: readonly Issue[]): Issue[] {
  return [...issues].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

export function IssueList({ issues }: { issues: readonly Issue[] }) {
  return (
    <ul className={classes.list}>
      {worstFirst(issues).map((issue, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read the same
        <Problem key={`${issue.code}:${issue.node}:${issue.field}:${index}`} issue={issue} />
      ))}
    </ul>
  );
}

function Problem({ issue }: { issue: Issue }) {
  const { t } = useTranslation();
  const step = useEditor((state) => state.draft.nodes.find((node) => node.id === issue.node));
  const Mark = MARKS[issue.severity];
  return (
    <li className={classes.problem} data-severity={issue.severity} data-code={issue.code}>
      <button
        type="button"
        className={classes.row}
        disabled={!step}
        onClick={() => goToIssue(issue)}
      >
        <Mark size={18} aria-label={t(`problems.${issue.severity}`)} />
        <span>
          {step && <b>{step.name}</b>}
          <span>{issue.message}</span>
          {issue.fix && <em>{issue.fix}</em>}
        </span>
      </button>
      {canFix(issue) ? (
        <Button size="compact-xs" variant="light" onClick={() => fixIssue(issue)}>
          {fixWords(issue)}
        </Button>
      ) : (
        step && (
          <Button size="compact-xs" variant="default" onClick={() => goToIssue(issue)}>
            {t("fix.go")}
          </Button>
        )
      )}
    </li>
  );
}
