/** What differs, in words: *Fetch order: tries 3 → 5*. */
import { IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Change } from "@/api/types";
import classes from "./ChangeList.module.css";

const MARKS = { added: IconPlus, changed: IconPencil, removed: IconMinus } as const;

type Props = { changes: readonly Change[]; onPick?: (change: Change) => void };

export function ChangeList({ changes, onPick }: Props) {
  const { t } = useTranslation();
  if (changes.length === 0) return <p className={classes.none}>{t("change.nothing")}</p>;
  return (
    <ul className={classes.list} aria-label={t("change.title")} data-testid="changes">
      {changes.map((change, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is only shown as it came
        <li key={index} data-how={change.how}>
          {onPick && (change.what === "step" || change.what === "note") ? (
            <button type="button" className={classes.row} onClick={() => onPick(change)}>
              <Words change={change} />
            </button>
          ) : (
            <div className={classes.row}>
              <Words change={change} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Words({ change }: { change: Change }) {
  const { t } = useTranslation();
  const Mark = MARKS[change.how];
  return (
    <>
      <span className={classes.mark} role="img" aria-label={t(`change.how.${change.how}`)}>
        <Mark size={14} aria-hidden />
      </span>
      <span className={classes.words}>
        <b>{change.name}</b>
        {change.details.map(({ label, before, after }) => (
          <span className={classes.detail} key={label}>
            {label}
            {before && (
              <>
                {" "}
                <del>{before}</del> <span aria-hidden>→</span>
              </>
            )}
            {after && (
              <>
                {" "}
                <ins>{after}</ins>
              </>
            )}
          </span>
        ))}
      </span>
    </>
  );
}
