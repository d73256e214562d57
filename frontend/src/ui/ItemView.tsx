/** Items as fields, as a table, by their schema or as JSON, a page at a time. */
import { ActionIcon, Code, Group, ScrollArea, SegmentedControl, Table, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ItemPage } from "@/api/types";
import { columnsOf, glimpse } from "@/graph/data";
import { isObject } from "@/graph/document";
import { FileList, type FilesOf } from "./FileList";
import classes from "./ItemView.module.css";
import { JsonTree } from "./JsonTree";
import { SchemaView } from "./SchemaView";

export type ViewMode = "fields" | "table" | "schema" | "json";
export const PAGE = 20;

const MODES: readonly ViewMode[] = ["fields", "table", "schema", "json"];

type SwitchProps = { value: ViewMode; onChange: (mode: ViewMode) => void; label: string };

export function ViewSwitch({ value, onChange, label }: SwitchProps) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={value}
      data={MODES.map((mode) => ({ value: mode, label: t(`data.mode.${mode}`) }))}
      onChange={(mode) => onChange(MODES.find((known) => known === mode) ?? "fields")}
    />
  );
}

type Props = {
  mode: ViewMode;
  page: ItemPage;
  offset: number;
  onOffset: (offset: number) => void;
  /** The key under which fields can be dragged from here. */
  root?: string;
  /** The words looked for, if any: nothing found is something else than nothing there. */
  search?: string;
  /** Where files of the items can be fetched. */
  filesOf?: FilesOf | undefined;
};

export function ItemView({ mode, page, offset, onOffset, root, search, filesOf }: Props) {
  const { t } = useTranslation();
  if (page.items.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="xs">
        {t(search ? "data.noneFound" : "data.noItems")}
      </Text>
    );
  }
  return (
    <>
      {mode === "schema" && <SchemaView values={page.items.map((item) => item.json)} root={root} />}
      {mode === "table" && <ItemTable page={page} />}
      {mode === "json" && (
        <Code block className={classes.json ?? ""}>
          {JSON.stringify(
            page.items.map((item) => item.json),
            null,
            2,
          )}
        </Code>
      )}
      {mode === "fields" &&
        page.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items are told apart by their place only
          <div className={classes.item} key={offset + index}>
            {page.total > 1 && <b>{t("data.item", { number: offset + index + 1 })}</b>}
            <JsonTree root={root} value={item.json} />
            <FileList files={item.files ?? []} {...(filesOf && { of: filesOf })} />
          </div>
        ))}
      {mode !== "fields" && (
        <FileList
          files={page.items.flatMap((item) => item.files ?? [])}
          {...(filesOf && { of: filesOf })}
        />
      )}
      {page.total > page.items.length && <Pager page={page} offset={offset} onOffset={onOffset} />}
    </>
  );
}

function ItemTable({ page }: { page: ItemPage }) {
  const { t } = useTranslation();
  const rows = page.items.map((item) => item.json);
  const columns = columnsOf(rows);
  const names = columns.length > 0 ? columns : [t("data.value")];
  return (
    <ScrollArea type="auto">
      <Table className={classes.table ?? ""} striped withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items are told apart by their place only
            <Table.Tr key={index}>
              {columns.length === 0 && <Table.Td>{glimpse(row)}</Table.Td>}
              {columns.map((name) => (
                <Table.Td key={name}>
                  {isObject(row) && row[name] !== undefined ? glimpse(row[name] ?? null) : ""}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

type PagerProps = { page: ItemPage; offset: number; onOffset: (offset: number) => void };

function Pager({ page, offset, onOffset }: PagerProps) {
  const { t } = useTranslation();
  const last = offset + page.items.length;
  return (
    <Group justify="center" gap="xs" mt="xs">
      <ActionIcon
        aria-label={t("data.previous")}
        disabled={offset === 0}
        onClick={() => onOffset(Math.max(0, offset - PAGE))}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <Text size="xs" c="dimmed">
        {t("data.range", { from: offset + 1, to: last, total: page.total })}
      </Text>
      <ActionIcon
        aria-label={t("data.next")}
        disabled={last >= page.total}
        onClick={() => onOffset(offset + PAGE)}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}
