/** A flow's own settings as form fields. A new one is one entry here, its type and its texts. */
import type { Json, JsonObject, Settings } from "./document";
import { type FieldKind, textOf } from "./fields";

export type SettingName = Exclude<keyof Settings, undefined>;

export type Setting = {
  name: SettingName;
  kind: FieldKind;
  /** What counts as long as nobody says otherwise; null: nothing does. */
  usual: Json;
  minimum?: number;
  maximum?: number;
  choices?: readonly string[];
  templates?: true;
  /** Makes sense only while this other setting has a value. */
  needs?: SettingName;
};

export type SettingSection = { name: "about" | "limits" | "together"; settings: Setting[] };

const YEAR = 31_536_000;

export const FLOW_SETTINGS: readonly SettingSection[] = [
  { name: "about", settings: [{ name: "description", kind: "multiline", usual: "" }] },
  {
    name: "limits",
    settings: [
      { name: "deadline_seconds", kind: "duration", usual: 3600, minimum: 1, maximum: YEAR },
      { name: "max_steps", kind: "integer", usual: 1000, minimum: 1, maximum: 1_000_000 },
      {
        name: "max_items_per_step",
        kind: "integer",
        usual: 100_000,
        minimum: 1,
        maximum: 1_000_000,
      },
      { name: "max_items", kind: "integer", usual: 1_000_000, minimum: 1, maximum: 10_000_000 },
      { name: "max_stored_mb", kind: "number", usual: 250, minimum: 1, maximum: 2000 },
      { name: "wait_limit_seconds", kind: "duration", usual: 30, minimum: 1, maximum: 300 },
    ],
  },
  {
    name: "together",
    settings: [
      { name: "at_once", kind: "integer", usual: null, minimum: 1, maximum: 10_000 },
      { name: "at_once_by", kind: "text", usual: "", templates: true, needs: "at_once" },
      {
        name: "when_busy",
        kind: "choice",
        usual: "queue",
        choices: ["queue", "reject", "replace"],
        needs: "at_once",
      },
      { name: "priority", kind: "choice", usual: "normal", choices: ["high", "normal", "low"] },
    ],
  },
];

export function settingValue(setting: Setting, settings: Settings): Json {
  return (settings as JsonObject)[setting.name] ?? setting.usual;
}

export function shownSettings(section: SettingSection, settings: Settings): Setting[] {
  return section.settings.filter(
    ({ needs }) => needs === undefined || (settings[needs] ?? null) !== null,
  );
}

/** The settings with one changed. What the server would refuse is never in them. */
export function withSetting(settings: Settings, setting: Setting, value: Json): Settings {
  return { ...settings, [setting.name]: fitting(setting, value) };
}

function fitting(setting: Setting, value: Json): Json {
  if (value === null) return setting.usual;
  // A formula is not computed here; what was typed stays text.
  if (typeof setting.usual === "string" && typeof value !== "string") return textOf(value);
  if (typeof value === "string") return value.slice(0, LONGEST[setting.kind] ?? value.length);
  if (typeof value !== "number") return value;
  const whole = setting.kind === "integer" ? Math.round(value) : value;
  return Math.min(setting.maximum ?? whole, Math.max(setting.minimum ?? whole, whole));
}

const LONGEST: Partial<Record<FieldKind, number>> = { multiline: 5_000, text: 500 };
