/** The fields of data with their kinds and an example; each can be dragged where a root is given. */
import type { DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { glimpse } from "@/graph/data";
import type { Json } from "@/graph/document";
import { type SchemaRow, schemaOf } from "@/graph/schema";
import { asTemplate } from "@/graph/templates";
import { DATA_PATH } from "./drag";
import classes from "./SchemaView.module.css";

type Props = { values: readonly Json[]; root?: string };

export function SchemaView({ values, root }: Props) {
  const { t } = useTranslation();
  const rows = schemaOf(values);
  if (rows.length === 0) return <p className={classes.none}>{t("data.value")}</p>;
  return (
    <ul className={classes.rows}>
      {rows.map((row) => (
        <Row key={row.path.join(".")} row={row} root={root} />
      ))}
    </ul>
  );
}

function Row({ row, root }: { row: SchemaRow; root?: string | undefined }) {
  const { t } = useTranslation();
  const onDragStart = (event: DragEvent) => {
    if (root === undefined) return;
    event.dataTransfer.setData(DATA_PATH, JSON.stringify({ root, path: row.path }));
    event.dataTransfer.setData("text/plain", asTemplate(root, row.path));
    event.dataTransfer.effectAllowed = "copy";
  };
  const depth = row.path.filter((part) => typeof part === "string").length - 1;
  return (
    <li
      style={{ paddingInlineStart: 8 + depth * 16 }}
      draggable={root !== undefined}
      onDragStart={onDragStart}
    >
      <span className={classes.name} data-drag={root !== undefined || undefined}>
        {row.name}
      </span>
      <span className={classes.kind} data-kind={row.kinds[0]}>
        {row.kinds.map((kind) => t(`schema.kind.${kind}`)).join(", ")}
      </span>
      {row.sometimes && <span className={classes.sometimes}>{t("schema.sometimes")}</span>}
      {row.example !== null && <span className={classes.example}>{glimpse(row.example, 60)}</span>}
    </li>
  );
}
