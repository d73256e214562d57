/** Words from the workspace's library: which prompt, which version, and what fills it in. */
import { Anchor, Button, Group, Select, Spoiler, Stack, Text, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePrompts, useTakePrompt } from "@/api/queries";
import type { PromptVersion } from "@/api/types";
import { isObject, type Json, type JsonObject } from "@/graph/document";
import { type FieldSpec, textOf } from "@/graph/fields";
import { page } from "@/page";
import { useForm } from "./context";
import { FieldFrame } from "./FieldFrame";
import classes from "./PromptField.module.css";
import { RowText } from "./RowText";
import type { WidgetProps } from "./widget";

type Taken = { prompt: string; name: string; version: number | null; values: JsonObject };

const NEWEST = "newest";

export function takenOf(value: Json): Taken | null {
  if (!isObject(value) || typeof value.prompt !== "string") return null;
  return {
    prompt: value.prompt,
    name: typeof value.name === "string" ? value.name : "",
    version: typeof value.version === "number" ? value.version : null,
    values: isObject(value.values) ? value.values : {},
  };
}

/** What stays filled in when another version or prompt is taken: what it still asks for. */
export function keptValues(values: JsonObject, version: PromptVersion | undefined): JsonObject {
  const names = version?.variables ?? Object.keys(values);
  return Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
}

export function PromptField({ spec, value, onChange, params }: WidgetProps) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const prompts = usePrompts();
  const id = useId();
  const taken = takenOf(value);
  const known = prompts.data ?? [];
  const found = known.find((prompt) => prompt.id === taken?.prompt);
  const version = versionOf(found?.versions ?? [], taken?.version ?? null);
  const data = known
    .filter((prompt) => !prompt.archived || prompt.id === taken?.prompt)
    .map((prompt) => ({ value: prompt.id, label: prompt.name }));
  if (taken && !found && !prompts.isPending) {
    data.push({ value: taken.prompt, label: t("prompt.gone", { name: taken.name }) });
  }
  const choose = (next: string | null) => {
    const prompt = known.find((one) => one.id === next);
    if (!prompt) return onChange(null);
    const values = keptValues(taken?.values ?? {}, prompt.versions[0]);
    onChange({ prompt: prompt.id, name: prompt.name, version: null, values });
  };
  return (
    <FieldFrame
      spec={spec}
      id={id}
      tools={
        found && (
          <Anchor
            size="xs"
            href={`${page.admin}builder/prompt/${found.id}/change/`}
            target="_blank"
          >
            {t("prompt.open")}
          </Anchor>
        )
      }
    >
      <Select
        id={id}
        data={data}
        value={taken?.prompt ?? null}
        placeholder={t("prompt.none")}
        searchable
        clearable={!readOnly}
        readOnly={readOnly}
        onDropdownOpen={() => void prompts.refetch()}
        onChange={choose}
        error={problem(spec.name) !== undefined}
      />
      {taken && found && version && (
        <Stack gap="xs" mt="xs">
          <VersionChoice
            taken={taken}
            versions={found.versions}
            onChange={(number) => {
              const next = versionOf(found.versions, number);
              onChange({ ...taken, version: number, values: keptValues(taken.values, next) });
            }}
          />
          <Spoiler maxHeight={72} showLabel={t("prompt.said")} hideLabel={t("common.close")}>
            <Text size="sm" c="dimmed" className={classes.said}>
              {[version.system, version.text].filter(Boolean).join("\n\n")}
            </Text>
          </Spoiler>
          {version.variables.map((name) => (
            <Variable
              key={name}
              name={name}
              needed={version.needed.includes(name)}
              value={taken.values[name] ?? ""}
              onChange={(next) => onChange({ ...taken, values: { ...taken.values, [name]: next } })}
            />
          ))}
        </Stack>
      )}
      {!taken && !readOnly && <Save spec={spec} params={params ?? {}} onSaved={onChange} />}
    </FieldFrame>
  );
}

function versionOf(versions: PromptVersion[], number: number | null): PromptVersion | undefined {
  return number === null ? versions[0] : versions.find((one) => one.number === number);
}

type VersionProps = {
  taken: Taken;
  versions: PromptVersion[];
  onChange: (number: number | null) => void;
};

function VersionChoice({ taken, versions, onChange }: VersionProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const newest = versions[0]?.number ?? 1;
  return (
    <Select
      label={t("prompt.version")}
      description={t(taken.version === null ? "prompt.newestHelp" : "prompt.pinnedHelp")}
      data={[
        { value: NEWEST, label: t("prompt.newest", { number: newest }) },
        ...versions.map(({ number, note }) => ({
          value: String(number),
          label: note ? `v${number} · ${note}` : `v${number}`,
        })),
      ]}
      value={taken.version === null ? NEWEST : String(taken.version)}
      allowDeselect={false}
      readOnly={readOnly}
      onChange={(next) => onChange(next === NEWEST || next === null ? null : Number(next))}
    />
  );
}

type VariableProps = {
  name: string;
  needed: boolean;
  value: Json;
  onChange: (value: Json) => void;
};

function Variable({ name, needed, value, onChange }: VariableProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={500}>
        {name}
        {!needed && (
          <Text span size="xs" c="dimmed" ml="xs">
            {t("prompt.mayStayEmpty")}
          </Text>
        )}
      </Text>
      <RowText value={value} onChange={onChange} label={t("prompt.fill", { name })} />
    </div>
  );
}

type SaveProps = { spec: FieldSpec; params: JsonObject; onSaved: (value: Json) => void };

/** One click, and a name: the step's own words go to the library, and come from there. */
function Save({ spec, params, onSaved }: SaveProps) {
  const { t } = useTranslation();
  const take = useTakePrompt();
  const [name, setName] = useState<string | null>(null);
  const words = (field: string | undefined) => textOf((field && params[field]) || "");
  const text = words(spec.fills?.text);
  if (text.trim() === "" || text.startsWith("=")) return null;
  if (name === null) {
    return (
      <Button size="compact-xs" variant="subtle" mt={4} onClick={() => setName("")}>
        {t("prompt.save")}
      </Button>
    );
  }
  const save = () =>
    take.mutate(
      { name, text, system: words(spec.fills?.system) },
      { onSuccess: (saved) => onSaved(saved.value) },
    );
  return (
    <Group gap="xs" mt="xs" align="flex-end" wrap="nowrap">
      <TextInput
        className={classes.name}
        label={t("prompt.saveName")}
        value={name}
        maxLength={120}
        autoFocus
        error={take.error?.message}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && name.trim() !== "" && save()}
      />
      <Button loading={take.isPending} disabled={name.trim() === ""} onClick={save}>
        {t("prompt.saveNow")}
      </Button>
    </Group>
  );
}
