/** The sign for a state: shape and words as well as colour. */
import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconClockPause,
  IconHelpCircleFilled,
  IconHourglass,
  IconLoader2,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import type { RunStatus, StepStatus } from "@/api/types";
import { useWords } from "@/i18n";
import classes from "./StateMark.module.css";

const MARKS = {
  queued: IconHourglass,
  pending: IconCircleDashed,
  running: IconLoader2,
  waiting: IconClockPause,
  succeeded: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  timed_out: IconCircleXFilled,
  skipped: IconPlayerSkipForward,
  cancelled: IconCircleMinus,
} as const;

type Props = { status: RunStatus | StepStatus; lost?: boolean; size?: number };

export function StateMark({ status, lost = false, size = 18 }: Props) {
  const { t } = useWords();
  const Mark = lost ? IconHelpCircleFilled : MARKS[status];
  const words = lost ? t("state.lost") : t(`state.${status}`);
  return (
    <span
      className={classes.mark}
      data-status={lost ? "lost" : status}
      role="img"
      aria-label={words}
    >
      <Mark size={size} aria-hidden />
    </span>
  );
}
