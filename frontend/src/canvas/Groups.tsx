/** Frames around steps that belong together. Drawn only: they come with documents made elsewhere. */
import { useNodes, useReactFlow, ViewportPortal } from "@xyflow/react";
import type { Group } from "@/graph/document";
import { shownGraph, useEditor } from "@/store/editor";
import classes from "./Groups.module.css";
import type { StepItem } from "./toFlow";

const PAD = 18;
const TITLE = 26;

export function Groups() {
  const groups = useEditor((state) => shownGraph(state).groups);
  return groups.length > 0 ? <Frames groups={groups} /> : null;
}

function Frames({ groups }: { groups: readonly Group[] }) {
  const { getNodesBounds } = useReactFlow<StepItem>();
  const nodes = useNodes<StepItem>();
  return (
    <ViewportPortal>
      {groups.map((group) => {
        const members = nodes.filter((node) => group.nodes.includes(node.id));
        if (members.length === 0) return null;
        const { x, y, width, height } = getNodesBounds(members);
        return (
          <section
            key={group.id}
            className={classes.frame}
            data-color={group.color || "gray"}
            aria-label={group.title}
            style={{
              transform: `translate(${x - PAD}px, ${y - PAD - TITLE}px)`,
              width: width + 2 * PAD,
              height: height + 2 * PAD + TITLE,
            }}
          >
            {group.title}
          </section>
        );
      })}
    </ViewportPortal>
  );
}
