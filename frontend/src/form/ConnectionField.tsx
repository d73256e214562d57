/** A connection (keys and passwords kept by the server), by name. */
import { Anchor, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import { useConnections } from "@/api/queries";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

/** Tries the connection's test address; needs a role that may change it. */
function TestConnection({ id }: { id: string }) {
  const { t } = useTranslation();
  const test = useMutation({
    mutationFn: () => api.testConnection(id),
    onSuccess: ({ ok, message }) =>
      notifications.show({
        color: ok ? "green" : "red",
        message: ok ? t("connection.testGood") : t("connection.testBad", { message }),
      }),
    onError: (error) => notifications.show({ color: "red", message: plainMessage(error) }),
  });
  return (
    <Anchor
      component="button"
      type="button"
      size="xs"
      mr="sm"
      disabled={test.isPending}
      onClick={() => test.mutate()}
    >
      {t("connection.test")}
    </Anchor>
  );
}

export function ConnectionField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const connections = useConnections();
  const id = useId();
  const known = (connections.data ?? []).filter((one) =>
    spec.direction === "in" ? one.proves : one.signs,
  );
  const gone = typeof value === "string" && !known.some((connection) => connection.id === value);
  const data = known.map(({ id: key, name }) => ({ value: key, label: name }));
  if (gone && !connections.isPending) data.push({ value, label: t("connection.gone") });
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        !readOnly && (
          <>
            {typeof value === "string" && !gone && <TestConnection id={value} key={value} />}
            <Anchor size="xs" href={`${page.admin}runtime/credential/add/`} target="_blank">
              {t("connection.add")}
            </Anchor>
          </>
        )
      }
    >
      <Select
        id={id}
        data={data}
        value={typeof value === "string" ? value : null}
        placeholder={t("connection.none")}
        clearable
        readOnly={readOnly}
        onDropdownOpen={() => void connections.refetch()}
        onChange={onChange}
        error={problem(spec.name) !== undefined}
      />
    </FieldFrame>
  );
}
