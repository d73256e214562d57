/** The drawer beside the canvas; what is in it is chosen on the rail. */
import { ActionIcon, ScrollArea } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { type SidePanel as Name, useUi } from "@/store/ui";
import { FlowSettings } from "./FlowSettings";
import { Outline } from "./Outline";
import { Problems } from "./Problems";
import { Runs } from "./Runs";
import classes from "./SidePanel.module.css";
import { Versions } from "./Versions";

const CONTENT: Readonly<Record<Name, ComponentType>> = {
  runs: Runs,
  problems: Problems,
  versions: Versions,
  outline: Outline,
  settings: FlowSettings,
};

export default function SidePanel({ side }: { side: Name }) {
  const { t } = useTranslation();
  const showSide = useUi((state) => state.showSide);
  const Content = CONTENT[side];
  return (
    <aside className={classes.panel} data-side={side} aria-label={t(`rail.${side}`)}>
      <header className={classes.head}>
        <h2>{t(`rail.${side}`)}</h2>
        <ActionIcon aria-label={t("common.close")} onClick={() => showSide(null)}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <ScrollArea className={classes.body ?? ""} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Content />
      </ScrollArea>
    </aside>
  );
}
