/** How long this flow's runs are kept. Unlike the rest it holds at once, so it is saved by a button. */
import { Alert, Button, Group, NumberInput, Select, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { useChangeRetention, useMayChangeRetention, useRetention } from "@/api/queries";
import type { KeptDays, Retention } from "@/api/types";
import { separators } from "@/ui/numbers";
import classes from "./KeptRuns.module.css";
import {
  daysFor,
  daysOf,
  type How,
  howOf,
  KINDS,
  type Kind,
  keepsLess,
  same,
  withDays,
} from "./kept";

export function KeptRuns() {
  const { t } = useTranslation();
  const known = useRetention();
  return (
    <section className={classes.kept} aria-labelledby="flow-kept" data-testid="kept-runs">
      <h3 id="flow-kept">{t("kept.title")}</h3>
      <p>{t("kept.atOnce")}</p>
      {known.error && <p role="alert">{plainMessage(known.error)}</p>}
      {known.isPending && <Skeleton h={120} aria-label={t("load.loading")} />}
      {known.data && <Rules key={JSON.stringify(known.data.asked)} known={known.data} />}
    </section>
  );
}

function Rules({ known }: { known: Retention }) {
  const { t, i18n } = useTranslation();
  const may = useMayChangeRetention();
  const save = useChangeRetention();
  const [wanted, setWanted] = useState<KeptDays>(known.asked);
  const changed = !same(wanted, known.asked);
  const apply = () =>
    save.mutate(wanted, {
      onSuccess: () => notifications.show({ message: t("kept.changed") }),
      onError: (error) => notifications.show({ color: "red", message: plainMessage(error) }),
    });
  return (
    <>
      {KINDS.map((kind) => (
        <Rule
          key={kind}
          kind={kind}
          known={known}
          readOnly={!may}
          days={daysOf(wanted, kind)}
          onChange={(days) => setWanted(withDays(wanted, kind, days))}
        />
      ))}
      <NumberInput
        {...separators(i18n.language)}
        label={t("kept.runs")}
        description={t("kept.runsHelp")}
        inputWrapperOrder={["label", "input", "description"]}
        placeholder={t("kept.runsNone")}
        value={wanted.most_runs ?? ""}
        min={1}
        max={10_000_000}
        allowDecimal={false}
        readOnly={!may}
        onChange={(value) =>
          setWanted({ ...wanted, most_runs: Number(value) > 0 ? Number(value) : null })
        }
      />
      <Bounds known={known} />
      {!may && <p>{t("kept.admin")}</p>}
      {changed && keepsLess(wanted, known) && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />} role="alert">
          {t("kept.fewer")}
        </Alert>
      )}
      {changed && (
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setWanted(known.asked)}>
            {t("kept.discard")}
          </Button>
          <Button loading={save.isPending} onClick={apply} data-testid="keep-so">
            {t("kept.apply")}
          </Button>
        </Group>
      )}
    </>
  );
}

type RuleProps = {
  kind: Kind;
  known: Retention;
  days: number | null;
  readOnly: boolean;
  onChange: (days: number | null) => void;
};

function Rule({ kind, known, days, readOnly, onChange }: RuleProps) {
  const { t } = useTranslation();
  const how = howOf(days);
  const server = daysOf(known.server, kind);
  const usual = server ? t("kept.serverDays", { count: server }) : t("kept.serverForever");
  const choices: { value: How; label: string }[] = [
    { value: "server", label: t("kept.server", { days: usual }) },
    { value: "days", label: t("kept.some") },
    { value: "forever", label: t("kept.forever") },
  ];
  const pick = (value: string | null) => {
    const choice = choices.find((one) => one.value === value);
    if (choice) onChange(daysFor(choice.value, daysOf(known.counts, kind)));
  };
  return (
    <div className={classes.rule}>
      <Select
        flex={1}
        label={t(`kept.${kind}`)}
        data={choices}
        value={how}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={pick}
      />
      {how === "days" && (
        <NumberInput
          w={96}
          aria-label={t("kept.daysOf", { kind: t(`kept.${kind}`) })}
          suffix={` ${t("duration.days")}`}
          value={days ?? ""}
          min={0.01}
          max={36_500}
          readOnly={readOnly}
          onChange={(value) => onChange(Number(value) > 0 ? Number(value) : days)}
        />
      )}
    </div>
  );
}

function Bounds({ known }: { known: Retention }) {
  const { t } = useTranslation();
  const { at_least_days: least, at_most_days: most } = known;
  return (
    <>
      {least > 0 && <p>{t("kept.atLeast", { count: least })}</p>}
      {most > 0 && <p>{t("kept.atMost", { count: most })}</p>}
    </>
  );
}
