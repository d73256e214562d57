/** A list of texts. */
import { useTranslation } from "react-i18next";
import type { Json } from "@/graph/document";
import { FieldFrame } from "./FieldFrame";
import { Rows } from "./Rows";
import { RowText } from "./RowText";
import { TextField } from "./TextField";
import type { WidgetProps } from "./widget";

export function ListField(props: WidgetProps) {
  const { spec, value, onChange } = props;
  const { t } = useTranslation();
  if (typeof value === "string") return <TextField {...props} />;
  const rows: Json[] = Array.isArray(value) ? value : [];
  return (
    <FieldFrame spec={spec}>
      <Rows<Json> rows={rows} onChange={onChange} blank="" addLabel={t("common.add")}>
        {(row, set, index) => (
          <RowText value={row} onChange={set} label={t("list.entry", { number: index + 1 })} />
        )}
      </Rows>
    </FieldFrame>
  );
}
