/** How the flow's tests stand, before the draft is made live. */
import { Alert, Anchor, Button, Group, List, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api, listOf } from "@/api/endpoints";
import type { FlowTest } from "@/api/types";
import { page } from "@/page";
import { useEditor } from "@/store/editor";
import { saver } from "@/store/saver";

const LOOK_AGAIN = 800; // milliseconds, while tries are under way

export type FlowTests = {
  list: FlowTest[];
  trying: boolean;
  failure: string | null;
  tryAll: () => void;
};

/** The flow's tests; looked at again while they are being tried. */
export function useFlowTests(): FlowTests {
  const client = useQueryClient();
  const revision = useEditor((state) => state.revision);
  const queryKey = ["flow-tests", revision];
  const tests = useQuery({
    queryKey,
    queryFn: async () => listOf(await api.flowTests(page.flow)),
    refetchInterval: (query) => (query.state.data?.some(isTrying) ? LOOK_AGAIN : false),
    staleTime: 0,
  });
  const all = useMutation({
    mutationFn: async () => {
      await saver().flush();
      return listOf(await api.tryTests(page.flow));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["flow-tests"] }),
  });
  const list = tests.data ?? [];
  return {
    list,
    trying: all.isPending || list.some(isTrying),
    failure: all.error ? plainMessage(all.error) : null,
    tryAll: () => all.mutate(),
  };
}

function isTrying(test: FlowTest): boolean {
  return test.passed === null && test.tried_run !== null;
}

export function PublishTests({ tests }: { tests: FlowTests }) {
  const { t } = useTranslation();
  const { list, trying, failure } = tests;
  if (list.length === 0) return null;
  const known = list.filter((test) => test.fresh && test.passed !== null);
  const failed = known.filter((test) => !test.passed);
  const words = trying
    ? t("flowTests.trying")
    : known.length < list.length
      ? t("flowTests.notTried", { count: list.length })
      : t("flowTests.passed", { passed: known.length - failed.length, count: list.length });
  return (
    <Alert
      color={failed.length > 0 ? "orange" : "gray"}
      variant="light"
      title={t("flowTests.title")}
      data-testid="publish-tests"
    >
      <Group justify="space-between">
        <Text size="sm" role="status">
          {words}
        </Text>
        <Button size="compact-sm" variant="default" loading={trying} onClick={tests.tryAll}>
          {t("flowTests.try")}
        </Button>
      </Group>
      <List size="sm">
        {failed.map((test) => (
          <List.Item key={test.id}>
            <Anchor
              size="sm"
              href={`${page.admin}builder/flow/${page.flow}/tests/${test.id}/`}
              target="_blank"
            >
              {test.name}
            </Anchor>
          </List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed">
        {failure ?? t("flowTests.help")}
      </Text>
    </Alert>
  );
}
