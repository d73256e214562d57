/** "Add a step": the button on the canvas and the palette behind it. */
import { ActionIcon, Button, Paper } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { pickStep } from "@/store/actions";
import { isEditable, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { StepPicker } from "@/ui/StepPicker";
import classes from "./AddStep.module.css";

export function AddStep() {
  const { t } = useTranslation();
  const open = useUi((state) => state.palette);
  const toggle = useUi((state) => state.togglePalette);
  const editable = useEditor(isEditable);
  const types = useEditor((state) => state.catalogue.types);
  if (!editable) return null;
  if (!open) {
    return (
      <Button
        className={classes.button ?? ""}
        variant="default"
        leftSection={<IconPlus size={16} />}
        onClick={() => toggle(true)}
      >
        {t("palette.title")}
      </Button>
    );
  }
  return (
    <Paper
      component="section"
      className={classes.panel ?? ""}
      shadow="md"
      radius="lg"
      withBorder
      aria-label={t("palette.title")}
    >
      <div className={classes.head}>
        <b>{t("palette.title")}</b>
        <ActionIcon aria-label={t("common.close")} onClick={() => toggle(false)}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      <StepPicker
        types={types}
        height="calc(100% - 44px)"
        onPick={(type) => pickStep(type, null)}
        onClose={() => toggle(false)}
      />
    </Paper>
  );
}
