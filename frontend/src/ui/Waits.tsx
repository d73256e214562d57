/** What a run waits for: until when, and the address that ends it, for those who may answer. */
import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunWait } from "@/api/types";
import { Addresses } from "./Address";
import { moment } from "./time";
import classes from "./Waits.module.css";

const MOST = 5;

type Props = { waits: readonly RunWait[]; nameOf?: (key: string) => string };

export function Waits({ waits, nameOf }: Props) {
  const { t, i18n } = useTranslation();
  const several = waits.length > 1;
  const sentence = (wait: RunWait) => {
    const until = wait.until ? moment(wait.until, i18n.language) : "";
    const what = until
      ? t("waits.until", { what: wait.words, until })
      : t("waits.for", { what: wait.words });
    const name = nameOf?.(wait.key);
    const item = several && wait.item >= 0 ? t("waits.item", { number: wait.item + 1 }) : "";
    return [name, item, what].filter(Boolean).join(": ");
  };
  return (
    <ul className={classes.waits} aria-label={t("waits.title")} data-testid="waits">
      {waits.slice(0, MOST).map((wait) => (
        <li key={`${wait.key}/${wait.iteration}/${wait.item}/${wait.kind}`}>
          {sentence(wait)}
          {wait.url && wait.kind === "approval" && (
            <>
              {" "}
              <Anchor href={wait.url} inherit fw={600}>
                {t("waits.decide")}
              </Anchor>
            </>
          )}
          {wait.url && wait.kind !== "approval" && (
            <Addresses of={[{ label: t("waits.address"), url: wait.url }]} />
          )}
        </li>
      ))}
      {waits.length > MOST && <li>{t("waits.more", { count: waits.length - MOST })}</li>}
    </ul>
  );
}
