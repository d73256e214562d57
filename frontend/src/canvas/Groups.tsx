/** Frames around steps that belong together, with a title that is edited where it stands. */
import { IconX } from "@tabler/icons-react";
import { useNodes, useReactFlow, ViewportPortal } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import type { Group } from "@/graph/document";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { EditableText } from "@/ui/EditableText";
import classes from "./Groups.module.css";
import type { StepItem } from "./toFlow";

const PAD = 18;
const TITLE = 30;

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
            <Title group={group} />
          </section>
        );
      })}
    </ViewportPortal>
  );
}

function Title({ group }: { group: Group }) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const change = useEditor((state) => state.change);
  const rename = (title: string) =>
    change({ kind: "update", of: "groups", id: group.id, set: { title } });
  return (
    <div className={`${classes.title} nodrag nopan`}>
      <EditableText
        value={group.title}
        label={t("group.name")}
        readOnly={!editable}
        onChange={rename}
      />
      {editable && (
        <button
          type="button"
          className={classes.remove}
          aria-label={t("group.ungroup")}
          title={t("group.ungroup")}
          onClick={() => change({ kind: "remove", from: "groups", id: group.id })}
        >
          <IconX size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
