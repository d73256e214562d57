/** A quiet field to look for words in data. */
import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

type Props = { value: string; onChange: (value: string) => void; label: string };

export function DataSearch({ value, onChange, label }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      size="xs"
      flex={1}
      miw={90}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} />}
      rightSection={
        value && <CloseButton size="xs" aria-label={t("data.clear")} onClick={() => onChange("")} />
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
