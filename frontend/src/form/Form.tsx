/** A step's settings: sections of fields, those for experts folded away. */
import { Button, Collapse } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "@/graph/catalogue";
import type { Json, JsonObject } from "@/graph/document";
import { currentValue, type FieldSpec, fieldsOf, sectionsOf } from "@/graph/fields";
import { isFilled, mayBeFilled } from "@/graph/tools";
import { LeaveContext, useForm } from "./context";
import { FilledField } from "./FilledField";
import classes from "./Form.module.css";
import { TokenMeter } from "./TokenMeter";
import { WIDGETS } from "./widgets";

type Props = {
  type: NodeType;
  params: JsonObject;
  onChange: (field: string, value: Json) => void;
};

export function Form({ type, params, onChange }: Props) {
  const { t } = useTranslation();
  const { problem } = useForm();
  const { sections, advanced } = sectionsOf(fieldsOf(type), params);
  const [open, setOpen] = useState(advanced.some((spec) => problem(spec.name)));
  if (sections.length === 0 && advanced.length === 0) {
    return <p className={classes.none}>{t("form.none")}</p>;
  }
  return (
    <>
      {sections.map((section) => (
        <fieldset className={classes.section} key={section.title}>
          {section.title && <legend>{section.title}</legend>}
          {section.fields.map((spec) => (
            <Field
              key={spec.name}
              spec={spec}
              params={params}
              onChange={onChange}
              mayLeave={!type.several_tools}
            />
          ))}
        </fieldset>
      ))}
      {type.told && type.told.length > 0 && <TokenMeter params={params} />}
      {advanced.length > 0 && (
        <>
          <Button
            mt="lg"
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-expanded={open}
            rightSection={<IconChevronDown size={14} />}
            onClick={() => setOpen(!open)}
          >
            {t("form.more", { count: advanced.length })}
          </Button>
          <Collapse expanded={open}>
            <fieldset className={classes.section}>
              {advanced.map((spec) => (
                <Field
                  key={spec.name}
                  spec={spec}
                  params={params}
                  onChange={onChange}
                  mayLeave={!type.several_tools}
                />
              ))}
            </fieldset>
          </Collapse>
        </>
      )}
    </>
  );
}

type FieldProps = {
  spec: FieldSpec;
  params: JsonObject;
  onChange: (field: string, value: Json) => void;
  /** Whether a model that uses the step as a tool may fill fields in. */
  mayLeave: boolean;
};

function Field({ spec, params, onChange, mayLeave }: FieldProps) {
  const { isTool, readOnly } = useForm();
  const Widget = WIDGETS[spec.kind];
  const value = currentValue(spec, params);
  const change = (next: Json) => onChange(spec.name, next);
  if (isFilled(value)) {
    const own = spec.defaultValue ?? (spec.nullable ? null : "");
    return <FilledField spec={spec} value={value} onChange={change} own={own} />;
  }
  const leave =
    isTool && mayLeave && !readOnly && mayBeFilled(spec) ? () => change({ $model: "" }) : null;
  return (
    <LeaveContext.Provider value={leave}>
      <Widget spec={spec} value={value} onChange={change} params={params} />
    </LeaveContext.Provider>
  );
}
