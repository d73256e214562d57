import { describe, expect, it } from "vitest";
import { i18n, startI18n } from "@/i18n";
import type { Json } from "./document";
import { FLOW_SETTINGS, settingValue, shownSettings, withSetting } from "./flowSettings";

const all = FLOW_SETTINGS.flatMap((section) => section.settings);
const named = (name: string) => {
  const found = all.find((setting) => setting.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("a flow's settings", () => {
  it.each([
    ["deadline_seconds", 0, 1],
    ["deadline_seconds", null, 3600],
    ["max_steps", 12.6, 13],
    ["max_steps", 9e9, 1_000_000],
    ["wait_limit_seconds", 4000, 300],
    ["at_once", 0, 1],
    ["at_once", null, null],
    ["priority", "high", "high"],
    ["at_once_by", { $formula: "1 + 1" }, "=1 + 1"],
    ["description", "a".repeat(6000), "a".repeat(5000)],
  ] as [string, Json, Json][])("%s of %j is kept as %j", (name, typed, kept) => {
    expect(settingValue(named(name), withSetting({}, named(name), typed))).toBe(kept);
  });

  it("asks only for what can matter", () => {
    const [, , together] = FLOW_SETTINGS;
    if (!together) throw new Error("no section");
    const names = (settings: object) =>
      shownSettings(together, settings).map((setting) => setting.name);
    expect(names({})).toEqual(["at_once", "priority"]);
    expect(names({ at_once: 3 })).toEqual(["at_once", "at_once_by", "when_busy", "priority"]);
  });

  it("is said in words, every one and every choice", async () => {
    await startI18n("en");
    const keys = all.flatMap((setting) => [
      `flow.${setting.name}`,
      `flow.${setting.name}.help`,
      ...(setting.choices ?? []).map((choice) => `flow.${setting.name}.${choice}`),
    ]);
    expect(keys.filter((key) => !i18n.exists(key))).toEqual([]);
  });
});
