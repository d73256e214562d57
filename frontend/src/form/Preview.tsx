/** What a value with data in it comes to, asked of the server with sample or run data. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/endpoints";
import { glimpse } from "@/graph/data";
import { isObject, type Json } from "@/graph/document";
import { usesData } from "@/graph/fields";
import { useEditor } from "@/store/editor";
import { useForm } from "./context";
import classes from "./Preview.module.css";

export function Preview({ field, value }: { field: string; value: Json }) {
  const { t } = useTranslation();
  const { nodeKey, sample, focused, readOnly } = useForm();
  const [settled] = useDebouncedValue(value, 350);
  const asks = touches(settled) && focused === field && !readOnly;
  const answer = useQuery({
    queryKey: ["preview", nodeKey, field, settled, sample],
    queryFn: () => {
      const { flowId, draft } = useEditor.getState();
      return api.preview(flowId, {
        graph: draft,
        key: nodeKey,
        field,
        value: settled,
        data: sample,
      });
    },
    enabled: asks,
    retry: false,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  if (!asks || !answer.data) return null;
  const { data } = answer;
  if ("error" in data && data.error) {
    return (
      <p className={classes.error} role="status">
        {data.error}
      </p>
    );
  }
  const result = "value" in data ? data.value : null;
  return (
    <p className={classes.value} role="status" data-testid="preview">
      <span>{t("field.preview")}</span> {result === "" ? t("data.emptyText") : glimpse(result, 300)}
    </p>
  );
}

function touches(value: Json): boolean {
  if (usesData(value)) return true;
  if (Array.isArray(value)) return value.some(touches);
  return isObject(value) && Object.values(value).some(touches);
}
