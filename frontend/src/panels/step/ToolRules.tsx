/** What holds for a step where another one uses it as a tool. */
import { NumberInput, Switch, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "@/graph/document";
import { setTool } from "@/graph/operations";
import { NO_RULES, type ToolRules as Rules } from "@/graph/tools";
import { isEditable, useEditor } from "@/store/editor";
import classes from "./ToolRules.module.css";

type Props = {
  node: FlowNode;
  user: FlowNode;
  /** It stands for several tools, which say themselves what they are for. */
  several: boolean;
};

export function ToolRules({ node, user, several }: Props) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const change = useEditor((state) => state.change);
  const rules = { ...NO_RULES, ...node.tool };
  const set = (some: Partial<Rules>) =>
    change(setTool(node.id, { ...rules, ...some }), { merge: `${node.id}.tool` });
  return (
    <fieldset className={classes.rules} data-field="tool">
      <legend>{t("tools.title", { name: user.name })}</legend>
      {!several && (
        <Textarea
          autosize
          minRows={2}
          label={t("tools.guidance")}
          description={t("tools.guidanceHelp")}
          inputWrapperOrder={["label", "input", "description"]}
          placeholder={t("tools.guidancePlaceholder")}
          value={rules.guidance}
          readOnly={!editable}
          maxLength={2000}
          onChange={(event) => set({ guidance: event.currentTarget.value })}
        />
      )}
      <Switch
        label={t("tools.asksFirst")}
        description={t("tools.asksFirstHelp")}
        checked={rules.asks_first}
        disabled={!editable}
        onChange={(event) => set({ asks_first: event.currentTarget.checked })}
      />
      <NumberInput
        w={180}
        label={t("tools.mostCalls")}
        description={t("tools.mostCallsHelp")}
        inputWrapperOrder={["label", "input", "description"]}
        min={1}
        max={1000}
        allowDecimal={false}
        value={rules.most_calls ?? ""}
        readOnly={!editable}
        onChange={(value) => set({ most_calls: typeof value === "number" ? value : null })}
      />
    </fieldset>
  );
}
