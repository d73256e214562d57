/** "Insert data": earlier steps and their fields, one click writes a chip. */
import { ActionIcon, Popover, ScrollArea, Text, Tooltip } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DataSources } from "@/ui/DataSources";
import { type Dragged, useForm } from "./context";

export function DataButton({ label, onPick }: { label: string; onPick: (data: Dragged) => void }) {
  const { t } = useTranslation();
  const { sources, readOnly } = useForm();
  const [open, setOpen] = useState(false);
  if (readOnly) return null;
  const title = t("field.insertInto", { field: label });
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      shadow="lg"
      radius="lg"
      trapFocus
    >
      <Popover.Target>
        <Tooltip label={t("field.insert")}>
          <ActionIcon
            size={26}
            aria-label={title}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <IconBraces size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {sources.length === 0 ? (
          <Text size="sm" c="dimmed" p="xs">
            {t("field.noData")}
          </Text>
        ) : (
          <ScrollArea.Autosize mah={340} type="auto">
            <DataSources
              sources={sources}
              onPick={(root, path) => {
                setOpen(false);
                onPick({ root, path });
              }}
            />
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
