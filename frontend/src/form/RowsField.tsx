/** A list of small forms: each row has the same fields, drawn by their kinds as a step's are. */
import { ActionIcon } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { isObject, type JsonObject } from "@/graph/document";
import { blankRow, currentValue, type FieldKind, type FieldSpec, isShown } from "@/graph/fields";
import { FormContext, useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import classes from "./RowsField.module.css";
import type { WidgetProps } from "./widget";
import { WIDGETS } from "./widgets";

const WIDE: ReadonlySet<FieldKind> = new Set(["conditions", "list", "multiline", "json", "code"]);

export function RowsField({ spec, value, onChange, params = {} }: WidgetProps) {
  const { t } = useTranslation();
  const form = useForm();
  // Problems are said once, above the rows: they name the row they are about.
  const inside = useMemo(() => ({ ...form, problem: () => undefined }), [form]);
  const rows = Array.isArray(value) ? value.filter(isObject) : [];
  return (
    <FieldFrame spec={spec}>
      <FormContext.Provider value={inside}>
        <Rows<JsonObject>
          rows={rows}
          onChange={onChange}
          blank={blankRow(spec, rows)}
          addLabel={t("common.add")}
        >
          {(row, set, index) => (
            <div className={classes.row}>
              {index > 0 && !form.readOnly && (
                <ActionIcon
                  className={classes.up ?? ""}
                  size={24}
                  aria-label={t("rows.up", { number: index + 1 })}
                  title={t("rows.up", { number: index + 1 })}
                  onClick={() => onChange(movedUp(rows, index))}
                >
                  <IconArrowUp size={14} />
                </ActionIcon>
              )}
              <Cells spec={spec} index={index} row={row} params={params} onChange={set} />
            </div>
          )}
        </Rows>
      </FormContext.Provider>
    </FieldFrame>
  );
}

function movedUp(rows: readonly JsonObject[], index: number): JsonObject[] {
  const [row, before] = [rows[index], rows[index - 1]];
  if (!row || !before) return [...rows];
  return [...rows.slice(0, index - 1), row, before, ...rows.slice(index + 1)];
}

type CellsProps = {
  spec: FieldSpec;
  index: number;
  row: JsonObject;
  params: JsonObject;
  onChange: (row: JsonObject) => void;
};

function Cells({ spec, index, row, params, onChange }: CellsProps) {
  const settings = { ...params, ...row };
  const shown = spec.columns.filter(
    (column) => !column.fresh && isShown(column, spec.columns, settings),
  );
  return shown.map((column) => (
    <div key={column.name} className={classes.cell} data-wide={WIDE.has(column.kind) || undefined}>
      <Cell
        // Help is the same for each row: the first one is enough.
        spec={{
          ...column,
          name: `${spec.name}.${index}.${column.name}`,
          help: index === 0 ? column.help : "",
        }}
        value={currentValue(column, row)}
        onChange={(value) => onChange({ ...row, [column.name]: value })}
        params={settings}
        narrow={!WIDE.has(column.kind)}
      />
    </div>
  ));
}

function Cell(props: WidgetProps) {
  const Widget = WIDGETS[props.spec.kind];
  return <Widget {...props} />;
}
