/** Label, help, tools, problem and preview around any field. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FieldSpec } from "@/graph/fields";
import { useForm } from "./context";
import classes from "./FieldFrame.module.css";
import { LeaveButton } from "./FilledField";

type Props = {
  spec: FieldSpec;
  id?: string;
  tools?: ReactNode;
  below?: ReactNode;
  children: ReactNode;
};

export function FieldFrame({ spec, id, tools, below, children }: Props) {
  const { t } = useTranslation();
  const { problem, focusField } = useForm();
  const message = problem(spec.name);
  const Label = id ? "label" : "span";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes where the focus is
    <div className={classes.field} data-field={spec.name} onFocus={() => focusField(spec.name)}>
      <div className={classes.head}>
        <Label className={classes.label} {...(id ? { htmlFor: id } : {})}>
          {spec.label}
          {!spec.required && spec.nullable && (
            <span className={classes.optional}>{t("field.optional")}</span>
          )}
        </Label>
        <span className={classes.tools}>
          {tools}
          <LeaveButton />
        </span>
      </div>
      {children}
      {message && (
        <p className={classes.problem} role="alert">
          {message}
        </p>
      )}
      {below}
      {spec.help && <p className={classes.help}>{spec.help}</p>}
    </div>
  );
}
