/** What every widget is given. */
import type { Json } from "@/graph/document";
import type { FieldSpec } from "@/graph/fields";

export type WidgetProps = { spec: FieldSpec; value: Json; onChange: (value: Json) => void };
