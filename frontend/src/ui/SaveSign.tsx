/** Whether the draft is safe on the server, always in sight. */
import { Button, Tooltip } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconCloudOff, IconLoader2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditor } from "@/store/editor";
import { saver, useSaver } from "@/store/saver";
import classes from "./SaveSign.module.css";

export function SaveSign() {
  const { t } = useTranslation();
  const save = useSaver((store) => store.state);
  const readOnly = useEditor((store) => store.readOnly);
  if (readOnly) return <span className={classes.sign}>{t("save.readOnly")}</span>;
  if (save.kind === "offline" || save.kind === "refused") {
    const help = save.kind === "offline" ? t("save.offlineHelp") : save.message;
    return (
      <Tooltip label={help} multiline maw={320}>
        <Button
          size="compact-sm"
          variant="outline"
          color="orange.9"
          leftSection={
            save.kind === "offline" ? <IconCloudOff size={15} /> : <IconAlertCircle size={15} />
          }
          onClick={() => void saver().flush()}
        >
          {t("save.notSaved")}
        </Button>
      </Tooltip>
    );
  }
  const busy = save.kind === "saving" || save.kind === "unsaved";
  return (
    <span className={classes.sign} role="status" data-testid="save-state" data-state={save.kind}>
      {busy ? <IconLoader2 size={15} className={classes.turn} /> : <IconCheck size={15} />}
      <span className={classes.word}>{busy ? t("save.saving") : t("save.saved")}</span>
    </span>
  );
}
