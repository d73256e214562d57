/** A port to draw wires from or to; a free exit carries a "+" that adds the next step. */

import { IconPlus } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import type { Port } from "@/graph/catalogue";
import { isWired } from "@/graph/document";
import { useWords } from "@/i18n";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { useFar } from "./far";
import classes from "./PortHandle.module.css";

type Props = { node: string; port: Port; side: "source" | "target"; alone: boolean };

export function PortHandle({ node, port, side, alone }: Props) {
  const wired = useEditor((state) => isWired(shownGraph(state), node, port.name, side));
  const far = useFar((state) => state.far);
  const editable = useEditor(isEditable);
  return (
    <>
      <Handle
        id={port.name}
        type={side}
        position={side === "source" ? Position.Right : Position.Left}
        className={classes.port}
        data-error={port.name === "error" && side === "source" ? true : undefined}
        isConnectable={editable}
        title={port.label}
      />
      {side === "source" && (!wired || port.tools) && editable && !far && (
        <PlusButton node={node} port={port} alone={alone} below={wired} />
      )}
    </>
  );
}

type PlusProps = { node: string; port: Port; alone: boolean; below: boolean };

/** `below`: the exit has a wire already, which it must not cover. */
function PlusButton({ node, port, alone, below }: PlusProps) {
  const { t } = useWords();
  const openMenu = useUi((state) => state.openMenu);
  const after = alone ? t("port.add") : t("port.addAfter", { port: port.label });
  const label = port.tools ? t("tools.add") : after;
  return (
    <span className={classes.stub} data-below={below || undefined}>
      <button
        type="button"
        className={`${classes.plus} nodrag nopan`}
        aria-label={label}
        title={label}
        data-testid={`add-${port.name}`}
        onClick={(event) => {
          event.stopPropagation();
          const box = event.currentTarget.getBoundingClientRect();
          const target = { kind: "port", node, port: port.name, side: "source" } as const;
          openMenu({ x: box.right + 8, y: box.top - 12, target });
        }}
      >
        <IconPlus size={14} aria-hidden />
      </button>
    </span>
  );
}
