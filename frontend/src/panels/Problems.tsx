/** Every problem of the draft in plain words, with the way to its step and field. */
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditor } from "@/store/editor";
import { EmptyHint } from "@/ui/EmptyHint";
import { IssueList } from "@/ui/IssueList";

export function Problems() {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues);
  if (issues.length > 0) return <IssueList issues={issues} />;
  return (
    <EmptyHint
      icon={<IconCircleCheck size={28} />}
      title={t("problems.none")}
      text={t("problems.noneHelp")}
    />
  );
}
