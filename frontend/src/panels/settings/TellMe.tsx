/** Who is told by mail when this flow fails. It holds at once, so it is saved by a button. */
import { Button, Checkbox, Group, Select, Skeleton, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { useChangeFlowAlert, useFlowAlert } from "@/api/queries";
import type { FlowAlert } from "@/api/types";
import { useEditor } from "@/store/editor";
import classes from "./KeptRuns.module.css";

const OUTBOX = "outbox";

export function TellMe() {
  const { t } = useTranslation();
  const known = useFlowAlert();
  return (
    <section className={classes.kept} aria-labelledby="flow-tell" data-testid="tell-me">
      <h3 id="flow-tell">{t("alert.title")}</h3>
      <p>{t("alert.help")}</p>
      {known.error && <p role="alert">{plainMessage(known.error)}</p>}
      {known.isPending && <Skeleton h={80} aria-label={t("load.loading")} />}
      {known.data && <Told key={JSON.stringify(known.data)} known={known.data} />}
    </section>
  );
}

function Told({ known }: { known: FlowAlert }) {
  const { t } = useTranslation();
  const readOnly = useEditor((state) => state.readOnly);
  const save = useChangeFlowAlert();
  const before = start(known);
  const [now, setNow] = useState(before);
  const changed = JSON.stringify(now) !== JSON.stringify(before);
  const apply = () => {
    const recipients = now.to.split(/[,;\s]+/).filter(Boolean);
    const connection = now.by === OUTBOX ? null : now.by;
    save.mutate(
      { recipients, connection, on_missed: now.onMissed },
      {
        onSuccess: () =>
          notifications.show({ message: t(recipients.length ? "alert.saved" : "alert.savedNone") }),
        onError: (error) => notifications.show({ color: "red", message: plainMessage(error) }),
      },
    );
  };
  return (
    <>
      {known.problem && <p role="alert">{t("alert.problem", { why: known.problem })}</p>}
      <TextInput
        label={t("alert.to")}
        description={t("alert.toHelp")}
        inputWrapperOrder={["label", "input", "description"]}
        placeholder={t("alert.none")}
        value={now.to}
        readOnly={readOnly}
        onChange={(event) => setNow({ ...now, to: event.currentTarget.value })}
      />
      {now.to.trim() !== "" && (
        <>
          <Select
            label={t("alert.by")}
            description={known.servers.length === 0 ? t("alert.byHelp") : undefined}
            inputWrapperOrder={["label", "input", "description"]}
            data={[
              ...known.servers.map((server) => ({ value: server.id, label: server.name })),
              { value: OUTBOX, label: t("alert.outbox") },
            ]}
            value={now.by}
            allowDeselect={false}
            readOnly={readOnly}
            onChange={(by) => by && setNow({ ...now, by })}
          />
          <Checkbox
            label={t("alert.onMissed")}
            checked={now.onMissed}
            disabled={readOnly}
            onChange={(event) => setNow({ ...now, onMissed: event.currentTarget.checked })}
          />
        </>
      )}
      {changed && (
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setNow(before)}>
            {t("alert.discard")}
          </Button>
          <Button loading={save.isPending} onClick={apply} data-testid="save-told">
            {t("alert.save")}
          </Button>
        </Group>
      )}
    </>
  );
}

/** Whoever names nobody yet is offered the first mail server there is. */
function start(known: FlowAlert) {
  const first = known.recipients.length ? known.connection : known.servers[0]?.id;
  return { to: known.recipients.join(", "), by: first ?? OUTBOX, onMissed: known.on_missed };
}
