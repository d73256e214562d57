/** A list of rows that can grow and shrink: the frame of all list-like fields. */
import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/graph/document";
import { useForm } from "./context";
import classes from "./Rows.module.css";

type Props<T extends Json> = {
  rows: readonly T[];
  onChange: (rows: T[]) => void;
  blank: T;
  addLabel: string;
  children: (row: T, set: (row: T) => void, index: number) => ReactNode;
};

export function Rows<T extends Json>({ rows, onChange, blank, addLabel, children }: Props<T>) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const replace = (index: number, row: T) =>
    onChange(rows.map((other, at) => (at === index ? row : other)));
  return (
    <div>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <div className={classes.row} key={index}>
          <div className={classes.body}>{children(row, (next) => replace(index, next), index)}</div>
          {!readOnly && (
            <ActionIcon
              size={26}
              mt={5}
              aria-label={t("field.removeRow", { number: index + 1 })}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            >
              <IconX size={15} />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, structuredClone(blank)])}
        >
          {addLabel}
        </Button>
      )}
    </div>
  );
}
