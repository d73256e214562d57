/** One widget for each kind of field; a new kind is one entry and one file. */
import type { ComponentType } from "react";
import type { FieldKind } from "@/graph/fields";
import { AssignmentsField } from "./AssignmentsField";
import { BooleanField } from "./BooleanField";
import { ChoiceField } from "./ChoiceField";
import { CodeField } from "./CodeField";
import { CollectionField } from "./CollectionField";
import { ConditionsField } from "./ConditionsField";
import { ConnectionField } from "./ConnectionField";
import { DurationField } from "./DurationField";
import { FlowField } from "./FlowField";
import { JsonField } from "./JsonField";
import { KeyValuesField } from "./KeyValuesField";
import { ListField } from "./ListField";
import { ModelField } from "./ModelField";
import { NumberField } from "./NumberField";
import { OffersField } from "./OffersField";
import { PromptField } from "./PromptField";
import { RowsField } from "./RowsField";
import { SchemaField } from "./SchemaField";
import { TableField } from "./TableField";
import { MultilineField, TextField } from "./TextField";
import { WebhookPathField } from "./WebhookPathField";
import type { WidgetProps } from "./widget";

export const WIDGETS: Readonly<Record<FieldKind, ComponentType<WidgetProps>>> = {
  text: TextField,
  multiline: MultilineField,
  code: CodeField,
  number: NumberField,
  integer: NumberField,
  boolean: BooleanField,
  choice: ChoiceField,
  duration: DurationField,
  json: JsonField,
  key_values: KeyValuesField,
  assignments: AssignmentsField,
  list: ListField,
  rows: RowsField,
  conditions: ConditionsField,
  credential: ConnectionField,
  table: TableField,
  collection: CollectionField,
  model: ModelField,
  prompt: PromptField,
  flow: FlowField,
  schema: SchemaField,
  webhook_path: WebhookPathField,
  offers: OffersField,
};
