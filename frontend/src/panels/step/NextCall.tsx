/** Waits for a real call and makes it the sample of what starts the flow. */
import { Button, Loader } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBroadcast } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useSetPin } from "@/api/pins";
import { useStartAddress } from "@/api/queries";
import type { FlowNode } from "@/graph/document";
import { page } from "@/page";
import { Addresses } from "@/ui/Address";
import classes from "./StepPanel.module.css";

const LOOK_MS = 1500;

type Props = { node: FlowNode; path: string; place: string | undefined };

export function NextCall({ node, path, place }: Props) {
  const { t } = useTranslation();
  const address = useStartAddress(place);
  const [listening, setListening] = useState(false);
  return (
    <div className={classes.listen}>
      {listening ? (
        <>
          <Listening node={node} onOver={() => setListening(false)} />
          <p className={classes.hint}>{t("build.listenHelp")}</p>
          <Addresses
            of={[
              { label: t("webhook.test"), url: address(`test/${path}`) },
              { label: t("webhook.live"), url: address(path) },
            ]}
          />
        </>
      ) : (
        <Button
          size="xs"
          variant="default"
          fullWidth
          leftSection={<IconBroadcast size={15} />}
          onClick={() => setListening(true)}
          data-testid="next-call"
        >
          {t("build.listen")}
        </Button>
      )}
    </div>
  );
}

function Listening({ node, onOver }: { node: FlowNode; onOver: () => void }) {
  const { t } = useTranslation();
  const { mutate } = useSetPin();
  // What had come before the waiting began does not count; ids grow with time.
  const newest = async () => {
    const { results } = await api.runs(page.flow);
    return results.find((run) => run.trigger.key === node.key)?.id ?? "";
  };
  const before = useQuery({
    queryKey: ["call-before", node.id],
    queryFn: newest,
    staleTime: 0,
    gcTime: 0,
  });
  const latest = useQuery({
    queryKey: ["call-latest", node.id],
    queryFn: newest,
    enabled: before.isSuccess,
    refetchInterval: LOOK_MS,
    gcTime: 0,
  });
  const came = latest.data && before.data !== undefined && latest.data > before.data;
  useEffect(() => {
    if (!came || !latest.data) return;
    mutate(
      { node: node.id, run: latest.data },
      {
        onSuccess: () => notifications.show({ message: t("build.listenGot") }),
        onError: (error) => notifications.show({ color: "red", message: plainMessage(error) }),
        onSettled: onOver,
      },
    );
  }, [came, latest.data, mutate, node.id, onOver, t]);
  return (
    <div className={classes.listening} role="status" data-testid="listening">
      <Loader size={14} />
      <p>{t("build.listening")}</p>
      <Button size="compact-xs" variant="subtle" onClick={onOver}>
        {t("build.listenStop")}
      </Button>
    </div>
  );
}
