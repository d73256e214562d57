/** On or off. */
import { Switch } from "@mantine/core";
import classes from "./BooleanField.module.css";
import { useForm } from "./context";
import { LeaveButton } from "./FilledField";
import type { WidgetProps } from "./widget";

export function BooleanField({ spec, value, onChange }: WidgetProps) {
  const { readOnly, focusField } = useForm();
  return (
    <div className={classes.field} data-field={spec.name}>
      <Switch
        label={spec.label}
        description={spec.help}
        checked={value === true}
        disabled={readOnly}
        onFocus={() => focusField(spec.name)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <LeaveButton />
    </div>
  );
}
