/** Which of the tools that another side offers may be used; the list is fetched on request. */
import { Anchor, Checkbox, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import type { Offers } from "@/api/types";
import { isObject, type Json, type JsonObject } from "@/graph/document";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import classes from "./OffersField.module.css";
import type { WidgetProps } from "./widget";

type Offer = Offers["tools"][number];
type Ticked = { name: string; print: string; asks_first: boolean };

export function OffersField({ spec, value, onChange, params = {} }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, nodeType = "" } = useForm();
  const list = useMutation({
    mutationFn: (settings: JsonObject) => api.offers(page.flow, nodeType, settings),
  });
  const ticked = Array.isArray(value) ? value.flatMap(tickedOf) : [];
  const offers = list.data && list.data.problem === null ? list.data.tools : undefined;
  const problem = list.error ? plainMessage(list.error) : list.data?.problem;
  const set = (next: Ticked[]) => onChange(next as unknown as Json);
  const names = offers
    ? [...new Set([...offers.map((offer) => offer.name), ...ticked.map((one) => one.name)])]
    : ticked.map((one) => one.name);
  return (
    <FieldFrame
      spec={spec}
      tools={
        !readOnly && (
          <Anchor
            component="button"
            type="button"
            size="xs"
            disabled={list.isPending}
            onClick={() => list.mutate(params)}
          >
            {t("offers.fetch")}
          </Anchor>
        )
      }
    >
      {problem && (
        <Text size="xs" c="red" role="alert">
          {problem}
        </Text>
      )}
      {names.length === 0 && (
        <Text size="xs" c="dimmed">
          {t(offers ? "offers.nothing" : "offers.none")}
        </Text>
      )}
      <ul className={classes.list}>
        {names.map((name) => (
          <Row
            key={name}
            name={name}
            offer={offers?.find((offer) => offer.name === name)}
            fetched={offers !== undefined}
            ticked={ticked.find((one) => one.name === name)}
            onChange={(next) =>
              set([...ticked.filter((one) => one.name !== name), ...(next ? [next] : [])])
            }
          />
        ))}
      </ul>
      {offers && offers.length > 0 && (
        <Text size="xs" c="dimmed">
          {t("offers.theirs")}
        </Text>
      )}
    </FieldFrame>
  );
}

type RowProps = {
  name: string;
  offer: Offer | undefined;
  fetched: boolean;
  ticked: Ticked | undefined;
  onChange: (next: Ticked | null) => void;
};

function Row({ name, offer, fetched, ticked, onChange }: RowProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const changed = offer && ticked && offer.print !== ticked.print;
  return (
    <li className={classes.row}>
      <Checkbox
        label={offer?.title || name}
        description={offer?.description}
        checked={ticked !== undefined}
        disabled={readOnly || (!ticked && !offer)}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked && offer
              ? { name, print: offer.print, asks_first: false }
              : null,
          )
        }
      />
      {ticked && fetched && (!offer || changed) && (
        <Text className={classes.note ?? ""} size="xs" c="red" role="alert">
          {t(offer ? "offers.changed" : "offers.gone")}{" "}
          {offer && !readOnly && (
            <Anchor
              component="button"
              type="button"
              size="xs"
              onClick={() => onChange({ ...ticked, print: offer.print })}
            >
              {t("offers.look")}
            </Anchor>
          )}
        </Text>
      )}
      {ticked && (
        <Checkbox
          className={classes.asks ?? ""}
          size="xs"
          label={t("tools.asksFirst")}
          aria-label={`${offer?.title || name}: ${t("tools.asksFirst")}`}
          checked={ticked.asks_first}
          disabled={readOnly}
          onChange={(event) => onChange({ ...ticked, asks_first: event.currentTarget.checked })}
        />
      )}
    </li>
  );
}

function tickedOf(row: Json): Ticked[] {
  if (!isObject(row) || typeof row.name !== "string" || typeof row.print !== "string") return [];
  return [{ name: row.name, print: row.print, asks_first: row.asks_first === true }];
}
