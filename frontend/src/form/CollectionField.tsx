/** A collection of documents, by name: one that is there, or a new one where it will be filled. */
import { Autocomplete, Text } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useCollections } from "@/api/queries";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import type { WidgetProps } from "./widget";

export function CollectionField({ spec, value, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const collections = useCollections();
  const id = useId();
  const chosen = typeof value === "string" ? value : "";
  const known = collections.data ?? [];
  const found = known.find(({ name }) => name === chosen.trim());
  const missing = chosen.trim() !== "" && !found && !collections.isPending;
  return (
    <FieldFrame spec={spec} id={id}>
      <Autocomplete
        id={id}
        data={known.map(({ name }) => name)}
        value={chosen}
        placeholder={spec.placeholder}
        readOnly={readOnly}
        onChange={onChange}
        onDropdownOpen={() => void collections.refetch()}
        error={problem(spec.name) !== undefined}
      />
      {found && (
        <Text size="xs" c="dimmed">
          {[t("collection.documents", { count: found.documents }), found.about]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      )}
      {missing && (
        <Text size="xs" c="dimmed">
          {t(spec.direction === "new" ? "collection.new" : "collection.notYet")}
        </Text>
      )}
    </FieldFrame>
  );
}
