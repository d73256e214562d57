/** The languages, each by its own name; the page comes back in the one chosen. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconCheck, IconLanguage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/api/language";
import { LANGUAGES, type Language, languageOf } from "@/i18n/languages";

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const now = languageOf(i18n.language);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("language.choose")}>
          <ActionIcon size={34} aria-label={t("language.choose")} data-testid="language">
            <IconLanguage size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <Menu.Item
            key={code}
            lang={code}
            rightSection={code === now ? <IconCheck size={16} /> : undefined}
            onClick={() => void chooseLanguage(code as Language)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
