/** How many tokens the step tells its model, against what the model takes. */
import { Progress } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/endpoints";
import type { JsonObject } from "@/graph/document";
import { useEditor } from "@/store/editor";
import { useForm } from "./context";
import classes from "./TokenMeter.module.css";

/** From here on it is close: the data of the next item may be longer. */
const NEARLY = 0.8;

export function TokenMeter({ params }: { params: JsonObject }) {
  const { t, i18n } = useTranslation();
  const { nodeKey, sample } = useForm();
  const [settled] = useDebouncedValue(params, 600);
  const answer = useQuery({
    queryKey: ["tokens", nodeKey, settled, sample],
    queryFn: () => {
      const { flowId, draft } = useEditor.getState();
      return api.countTokens(flowId, { graph: draft, key: nodeKey, data: sample });
    },
    enabled: nodeKey !== "",
    retry: false,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const counted = answer.data?.counted;
  if (!counted) return null;
  const part = counted.room > 0 ? counted.tokens / counted.room : 1;
  const number = (value: number) => value.toLocaleString(i18n.language);
  const words = t(counted.exact ? "tokens.exact" : "tokens.about", {
    tokens: number(counted.tokens),
    room: number(counted.room),
    model: counted.model,
  });
  return (
    <div className={classes.meter} data-testid="tokens">
      <Progress
        size="sm"
        value={Math.min(part, 1) * 100}
        color={part > 1 ? "red" : part > NEARLY ? "orange" : "indigo"}
        aria-label={t("tokens.label")}
      />
      <p role={part > 1 ? "alert" : undefined} className={part > 1 ? classes.over : undefined}>
        {part > 1 ? `${words} ${t("tokens.over")}` : words}
      </p>
    </div>
  );
}
