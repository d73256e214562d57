/** What holds for the whole flow: its limits, which are part of the draft, and how long runs are kept. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { FormContext, type FormContextValue, type Source } from "@/form/context";
import { WIDGETS } from "@/form/widgets";
import type { FieldSpec } from "@/graph/fields";
import {
  FLOW_SETTINGS,
  type Setting,
  type SettingSection,
  settingValue,
  shownSettings,
  withSetting,
} from "@/graph/flowSettings";
import { sampleOf } from "@/graph/samples";
import { i18n, type TextKey } from "@/i18n";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import classes from "./FlowSettings.module.css";
import { KeptRuns } from "./settings/KeptRuns";
import { TellMe } from "./settings/TellMe";

export function FlowSettings() {
  const { t } = useTranslation();
  const form = useFormContext();
  return (
    <FormContext.Provider value={form}>
      <div className={classes.panel} data-testid="flow-settings">
        <p className={classes.note}>{t("flow.draft")}</p>
        {FLOW_SETTINGS.map((section) => (
          <Section key={section.name} section={section} />
        ))}
        <TellMe />
        <KeptRuns />
      </div>
    </FormContext.Provider>
  );
}

function Section({ section }: { section: SettingSection }) {
  const { t } = useTranslation();
  const settings = useEditor((state) => shownGraph(state).settings);
  return (
    <section className={classes.section} aria-labelledby={`flow-${section.name}`}>
      <h3 id={`flow-${section.name}`}>{t(`flow.${section.name}`)}</h3>
      {shownSettings(section, settings).map((setting) => (
        <Field key={setting.name} setting={setting} />
      ))}
    </section>
  );
}

function Field({ setting }: { setting: Setting }) {
  const settings = useEditor((state) => shownGraph(state).settings);
  const change = useEditor((state) => state.change);
  const Widget = WIDGETS[setting.kind];
  return (
    <Widget
      spec={specOf(setting)}
      value={settingValue(setting, settings)}
      onChange={(value) => {
        const now = useEditor.getState().draft.settings;
        change(
          { kind: "settings", set: withSetting(now, setting, value) },
          { merge: `settings.${setting.name}` },
        );
      }}
    />
  );
}

function specOf(setting: Setting): FieldSpec {
  const text = (part: string): string => {
    const key = `flow.${setting.name}${part}`;
    return i18n.exists(key) ? i18n.t(key as TextKey) : "";
  };
  return {
    name: setting.name,
    kind: setting.kind,
    label: text(""),
    help: text(".help"),
    placeholder: text(".placeholder"),
    advanced: false,
    section: "",
    showIf: null,
    templates: setting.templates === true,
    required: setting.usual !== null,
    nullable: setting.usual === null,
    choices: (setting.choices ?? []).map((value) => ({ value, label: text(`.${value}`) })),
    minimum: setting.minimum ?? null,
    maximum: setting.maximum ?? null,
    defaultValue: setting.usual,
    language: "",
    columns: [],
    fresh: "",
  };
}

/** A run's settings are decided before it begins: all they can look at is what starts it. */
function useFormContext(): FormContextValue {
  const { t } = useTranslation();
  const editable = useEditor(isEditable);
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  return useMemo(() => {
    const node = graph.nodes.find((one) => catalogue.of(one)?.trigger);
    const type = node ? catalogue.of(node) : undefined;
    const start: Source[] = node
      ? [
          {
            key: "trigger",
            name: t("root.trigger"),
            icon: type?.icon ?? "bolt",
            family: type?.family ?? "",
            value: sampleOf(node, type) ?? {},
            real: false,
          },
        ]
      : [];
    return {
      nodeKey: "",
      readOnly: !editable,
      isTool: false,
      sources: start,
      sample: {},
      problem: () => undefined,
      focused: null,
      focusField: () => undefined,
      target: { current: null },
    };
  }, [graph, catalogue, editable, t]);
}
