/** Every key of the canvas with what it does: the list of keys and the commands read it. */
import type { TextKey } from "@/i18n";

export const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

export const KEYS: readonly [TextKey, readonly string[]][] = [
  ["keys.commands", [MOD, "K"]],
  ["keys.find", [MOD, "F"]],
  ["keys.add", ["N"]],
  ["keys.open", ["Enter"]],
  ["keys.walk", ["←", "→", "↑", "↓"]],
  ["keys.wires", ["W"]],
  ["keys.replace", ["R"]],
  ["keys.group", ["G"]],
  ["arrange.left", ["Alt", "A"]],
  ["arrange.centre", ["Alt", "H"]],
  ["arrange.right", ["Alt", "D"]],
  ["arrange.top", ["Alt", "W"]],
  ["arrange.middle", ["Alt", "V"]],
  ["arrange.bottom", ["Alt", "S"]],
  ["arrange.across", ["Alt", "⇧", "H"]],
  ["arrange.down", ["Alt", "⇧", "V"]],
  ["keys.note", ["S"]],
  ["keys.disable", ["D"]],
  ["keys.delete", ["Del"]],
  ["keys.undo", [MOD, "Z"]],
  ["keys.redo", [MOD, "⇧", "Z"]],
  ["keys.copy", [MOD, "C"]],
  ["keys.paste", [MOD, "V"]],
  ["keys.duplicate", [MOD, "D"]],
  ["keys.all", [MOD, "A"]],
  ["keys.test", [MOD, "Enter"]],
  ["keys.tidy", ["T"]],
  ["keys.fit", ["F"]],
  ["keys.help", ["?"]],
];

export function keysOf(label: TextKey): readonly string[] {
  return KEYS.find(([name]) => name === label)?.[1] ?? [];
}
