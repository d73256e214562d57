/** One step, opened: what comes in, how it is set, what comes out. */
import { ActionIcon, Button, Modal, Tabs } from "@mantine/core";
import { IconRepeat, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayRun } from "@/api/queries";
import { type Dragged, FormContext, type FormContextValue, useForm } from "@/form/context";
import { Form } from "@/form/Form";
import { goesByTheClock, type NodeType } from "@/graph/catalogue";
import { type FlowNode, nodeById } from "@/graph/document";
import { setParams } from "@/graph/operations";
import { userOf } from "@/graph/tools";
import { rename } from "@/store/actions";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { isOver, useRun, viewOf } from "@/store/run";
import { useUi } from "@/store/ui";
import { EditableText } from "@/ui/EditableText";
import { focusCard } from "@/ui/focusCard";
import { NextTimes } from "@/ui/NextTimes";
import { StateMark } from "@/ui/StateMark";
import { Tile } from "@/ui/Tile";
import { InputColumn } from "./InputColumn";
import { OutputColumn } from "./OutputColumn";
import { PolicyTab } from "./PolicyTab";
import { RunStep } from "./RunStep";
import classes from "./StepPanel.module.css";
import { ToolRules } from "./ToolRules";
import { useSources } from "./useSources";

export default function StepPanel({ id }: { id: string }) {
  const node = useEditor((state) => nodeById(shownGraph(state), id));
  const openStep = useUi((state) => state.openStep);
  const above = useUi((state) => state.above);
  const gone = node === undefined;
  useEffect(() => {
    if (gone) openStep(null);
  }, [gone, openStep]);
  useEffect(() => () => focusCard(id), [id]);
  if (!node) return null;
  return (
    <Modal.Root
      opened
      onClose={() => openStep(null)}
      closeOnEscape={above === 0}
      returnFocus={false}
      size="calc(100vw - 40px)"
      centered
      transitionProps={{ duration: 120 }}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content
        classNames={{ content: classes.content }}
        aria-label={node.name}
        data-testid="step-panel"
      >
        <Panel key={node.id} node={node} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Panel({ node }: { node: FlowNode }) {
  const type = useEditor((state) => state.catalogue.of(node));
  const form = useFormContext(node);
  return (
    <FormContext.Provider value={form}>
      <Header node={node} type={type} />
      <div className={classes.columns}>
        <InputColumn node={node} sources={form.sources} isTrigger={type?.trigger != null} />
        <SettingsColumn node={node} type={type} />
        <OutputColumn node={node} type={type} />
      </div>
    </FormContext.Provider>
  );
}

function useFormContext(node: FlowNode): FormContextValue {
  const { sources, sample } = useSources(node);
  const editable = useEditor(isEditable);
  const issues = useEditor((state) => state.issues);
  const isTool = useEditor((state) => userOf(shownGraph(state), node.id) !== undefined);
  const [focused, focusField] = useState<string | null>(null);
  const target = useRef<((data: Dragged) => void) | null>(null);
  return useMemo(
    () => ({
      nodeKey: node.key,
      nodeType: node.type,
      readOnly: !editable,
      isTool,
      sources,
      sample,
      focused,
      focusField,
      target,
      problem: (field) => {
        if (!editable) return undefined;
        const own = issues.filter((issue) => issue.node === node.id && issue.field !== null);
        return own.find((i) => i.field === field || i.field?.startsWith(`${field}.`))?.message;
      },
    }),
    [node.key, node.id, node.type, editable, isTool, sources, sample, focused, issues],
  );
}

function Header({ node, type }: { node: FlowNode; type: NodeType | undefined }) {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const openStep = useUi((state) => state.openStep);
  const openAgain = useUi((state) => state.openAgain);
  const mayRun = useMayRun();
  const { isTool } = useForm();
  const run = useRun();
  const view = viewOf(run, node.key);
  return (
    <div className={classes.header}>
      <Tile icon={type?.icon ?? "box"} family={type?.family ?? ""} size={34} />
      <EditableText
        className={classes.name ?? ""}
        value={node.name}
        label={t("step.rename")}
        readOnly={!editable}
        onChange={(name) => rename(node.id, name)}
      />
      <span className={classes.help}>{type ? type.help : t("card.unknown")}</span>
      {view && (
        <span className={classes.state}>
          <StateMark status={view.status} lost={view.lost} />
          {view.lost ? t("state.lost") : t(`state.${view.status}`)}
        </span>
      )}
      {editable && mayRun && type && !isTool && <RunStep node={node} />}
      {!editable && view && isOver(run.run) && mayRun && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRepeat size={14} />}
          onClick={() => openAgain("step", node.key)}
        >
          {t("again.fromHere")}
        </Button>
      )}
      <ActionIcon
        size={34}
        aria-label={t("common.close")}
        onClick={() => openStep(null)}
        data-testid="close-step"
      >
        <IconX size={18} />
      </ActionIcon>
    </div>
  );
}

function SettingsColumn({ node, type }: { node: FlowNode; type: NodeType | undefined }) {
  const { t } = useTranslation();
  const field = useUi((state) => state.field);
  const change = useEditor((state) => state.change);
  const [tab, setTab] = useState<string | null>(field?.startsWith("policy") ? "fails" : "settings");
  useGoToField(field);
  const user = useEditor((state) => userOf(shownGraph(state), node.id));
  if (!type) return <section className={classes.middle}>{t("card.unknown")}</section>;
  const fails = type.trigger === null;
  return (
    <section className={classes.middle} aria-label={t("step.settings")}>
      <Tabs
        value={tab}
        onChange={setTab}
        classNames={{ root: classes.tabs, panel: classes.scroll }}
      >
        <Tabs.List>
          <Tabs.Tab value="settings" data-autofocus>
            {t("step.settings")}
          </Tabs.Tab>
          {fails && <Tabs.Tab value="fails">{t("step.fails")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="settings">
          {user && <ToolRules node={node} user={user} several={type?.several_tools === true} />}
          <Form
            type={type}
            params={node.params}
            onChange={(name, value) => {
              const { draft, catalogue } = useEditor.getState();
              const now = nodeById(draft, node.id);
              if (!now) return;
              const params = { ...now.params, [name]: value };
              change(setParams(draft, catalogue, now, params), { merge: `${node.id}.${name}` });
            }}
          />
          {goesByTheClock(type) && <NextTimes type={type} params={node.params} />}
        </Tabs.Panel>
        {fails && (
          <Tabs.Panel value="fails">
            <PolicyTab node={node} type={type} />
          </Tabs.Panel>
        )}
      </Tabs>
    </section>
  );
}

const LOOK_MS = 60;
const LOOKS = 40;

/** From a problem straight to its field; its editor may still be loading. */
function useGoToField(field: string | null): void {
  useEffect(() => {
    if (!field) return;
    let looks = 0;
    const timer = setInterval(() => {
      looks += 1;
      const name = CSS.escape(field.split(".")[0] ?? field);
      const frame = document.querySelector(`[data-field="${name}"]`);
      const loading = frame?.querySelector("[data-loading]");
      const first = "input, textarea, [contenteditable='true']";
      const input = loading ? null : frame?.querySelector<HTMLElement>(first);
      if (input) {
        frame?.scrollIntoView({ block: "nearest" });
        input.focus();
      }
      if (input || looks >= LOOKS) clearInterval(timer);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [field]);
}
