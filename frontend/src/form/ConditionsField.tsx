/** Conditions as rows: left, operator, right; all or any; groups inside groups. */
import { Button, SegmentedControl, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isObject, type Json, type JsonObject } from "@/graph/document";
import { useEditor } from "@/store/editor";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import classes from "./Rows.module.css";
import { RowText } from "./RowText";
import type { WidgetProps } from "./widget";

type Group = { match: "all" | "any"; rows: JsonObject[] };

const BLANK: JsonObject = { left: "", operator: "equals", right: "" };

function groupOf(value: Json): Group {
  const raw = isObject(value) ? value : {};
  const rows = Array.isArray(raw.rows) ? raw.rows.filter(isObject) : [];
  return { match: raw.match === "any" ? "any" : "all", rows };
}

export function ConditionsField({ spec, value, onChange }: WidgetProps) {
  const group = groupOf(value);
  // An empty condition shows its first row at once, ready to be filled.
  const shown = group.rows.length > 0 ? group : { ...group, rows: [BLANK] };
  return (
    <FieldFrame spec={spec}>
      <ConditionGroup group={shown} onChange={onChange} depth={0} />
    </FieldFrame>
  );
}

type GroupProps = { group: Group; onChange: (group: Group) => void; depth: number };

function ConditionGroup({ group, onChange, depth }: GroupProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  return (
    <div>
      {group.rows.length > 1 && (
        <div className={classes.match}>
          <SegmentedControl
            size="xs"
            value={group.match}
            disabled={readOnly}
            data={[
              { value: "all", label: t("condition.all") },
              { value: "any", label: t("condition.any") },
            ]}
            onChange={(match) => onChange({ ...group, match: match === "any" ? "any" : "all" })}
          />
        </div>
      )}
      <Rows<JsonObject>
        rows={group.rows}
        onChange={(rows) => onChange({ ...group, rows })}
        blank={BLANK}
        addLabel={t("condition.add")}
      >
        {(row, set) =>
          Array.isArray(row.rows) ? (
            <div className={classes.group}>
              <ConditionGroup group={groupOf(row)} onChange={set} depth={depth + 1} />
            </div>
          ) : (
            <ConditionRow row={row} onChange={set} />
          )
        }
      </Rows>
      {!readOnly && depth < 2 && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            const inner = { match: group.match === "all" ? "any" : "all", rows: [{ ...BLANK }] };
            onChange({ ...group, rows: [...group.rows, inner] });
          }}
        >
          {t("condition.addGroup")}
        </Button>
      )}
    </div>
  );
}

function ConditionRow({ row, onChange }: { row: JsonObject; onChange: (row: JsonObject) => void }) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const operators = useEditor((state) => state.catalogue.operators);
  const operator = operators.find((other) => other.name === row.operator);
  const single = operator?.arity === 1;
  return (
    <div className={classes.stack}>
      <RowText
        value={row.left ?? ""}
        onChange={(left) => onChange({ ...row, left })}
        label={t("condition.left")}
        placeholder={t("condition.leftHint")}
      />
      <div className={classes.match}>
        <Select
          w={single ? "100%" : 150}
          value={String(row.operator ?? "equals")}
          data={operators.map(({ name, label }) => ({ value: name, label }))}
          aria-label={t("condition.operator")}
          allowDeselect={false}
          searchable
          readOnly={readOnly}
          onChange={(name) => onChange({ ...row, operator: name ?? "equals" })}
        />
        {!single && (
          <RowText
            value={row.right ?? ""}
            onChange={(right) => onChange({ ...row, right })}
            label={t("condition.right")}
            placeholder={t("condition.rightHint")}
            numbers
          />
        )}
      </div>
    </div>
  );
}
