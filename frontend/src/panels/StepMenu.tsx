/** The palette as a small menu at a port, on a wire or where a wire was dropped. */
import { Paper } from "@mantine/core";
import { useClickOutside } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "@/graph/catalogue";
import { mayReplace } from "@/graph/replace";
import { TOOLS_PORT } from "@/graph/tools";
import { pickStep } from "@/store/actions";
import { useEditor } from "@/store/editor";
import { type MenuTarget, useUi } from "@/store/ui";
import { StepPicker } from "@/ui/StepPicker";
import classes from "./StepMenu.module.css";

const SIZE = { width: 290, height: 380 } as const;

export function StepMenu() {
  const { t } = useTranslation();
  const menu = useUi((state) => state.menu);
  const openMenu = useUi((state) => state.openMenu);
  const types = useEditor((state) => state.catalogue.types);
  const fitting = useMemo(() => types.filter((type) => fits(type, menu?.target)), [types, menu]);
  const replaces = menu?.target.kind === "replace";
  const box = useClickOutside<HTMLElement>(() => openMenu(null), ["mousedown", "touchstart"]);
  if (!menu) return null;
  const left = Math.max(8, Math.min(menu.x, window.innerWidth - SIZE.width - 12));
  const top = Math.max(68, Math.min(menu.y, window.innerHeight - SIZE.height - 12));
  return (
    <Paper
      component="section"
      ref={box}
      className={classes.menu ?? ""}
      style={{ left, top, ...SIZE }}
      shadow="lg"
      radius="lg"
      withBorder
      aria-label={t(replaces ? "replace.title" : "palette.title")}
      data-testid="step-menu"
    >
      <StepPicker
        types={fitting}
        height="100%"
        onPick={(type) => pickStep(type, menu.target)}
        onClose={() => openMenu(null)}
      />
    </Paper>
  );
}

/** Only what can be wired there is offered. */
function fits(type: NodeType, target: MenuTarget | undefined): boolean {
  if (!target || target.kind === "place") return true;
  if (target.kind === "replace") {
    const { draft, catalogue } = useEditor.getState();
    return mayReplace(draft, catalogue, target.node, type);
  }
  if (target.kind === "edge") return type.inputs.length > 0 && type.outputs.length > 0;
  if (target.side === "source" && target.port === TOOLS_PORT) return type.usable_as_tool;
  return target.side === "source" ? type.inputs.length > 0 : type.outputs.length > 0;
}
