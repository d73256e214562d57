/** What every widget is given. */
import type { Json, JsonObject } from "@/graph/document";
import type { FieldSpec } from "@/graph/fields";

export type WidgetProps = {
  spec: FieldSpec;
  value: Json;
  onChange: (value: Json) => void;
  /** All settings of the step, for fields that look at others. */
  params?: JsonObject;
  /** It has only half of the form's width. */
  narrow?: boolean;
};
