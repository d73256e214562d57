/** All keys, on one page. */
import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useUi } from "@/store/ui";
import { KEYS } from "@/ui/keys";
import classes from "./ShortcutsDialog.module.css";

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
