/** All keys, on one page. */
import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TextKey } from "@/i18n";
import { useUi } from "@/store/ui";
import classes from "./ShortcutsDialog.module.css";

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

const KEYS: readonly [TextKey, readonly string[]][] = [
  ["keys.add", ["N"]],
  ["keys.open", ["Enter"]],
  ["keys.walk", ["←", "→", "↑", "↓"]],
  ["keys.wires", ["W"]],
  ["keys.replace", ["R"]],
  ["keys.group", ["G"]],
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

export default function ShortcutsDialog() {
  const { t } = useTranslation();
  const showDialog = useUi((state) => state.showDialog);
  return (
    <Modal
      opened
      onClose={() => showDialog(null)}
      title={<b>{t("keys.title")}</b>}
      size="md"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <dl className={classes.keys}>
        {KEYS.map(([label, keys]) => (
          <div key={label}>
            <dt>{t(label)}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
