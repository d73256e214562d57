/** *When it fails*: how often it is tried again, and what happens when it fails for good. */
import { Checkbox, NumberInput, Radio, SegmentedControl, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useForm } from "@/form/context";
import { DurationInput } from "@/form/DurationField";
import { parsed, shown } from "@/form/JsonField";
import { LazyCodeEditor } from "@/form/LazyEditor";
import { type NodeType, policyOf } from "@/graph/catalogue";
import type { FlowNode, Policy, Retry } from "@/graph/document";
import { setPolicy } from "@/graph/operations";
import { sparse } from "@/graph/policy";
import { useEditor } from "@/store/editor";
import { PolicySummary } from "./PolicySummary";
import classes from "./PolicyTab.module.css";

type Props = { node: FlowNode; type: NodeType };
type Set = (patch: Partial<Policy>) => void;

export function PolicyTab({ node, type }: Props) {
  const { t } = useTranslation();
  const { readOnly, problem } = useForm();
  const change = useEditor((state) => state.change);
  const policy = policyOf(node, type);
  const set: Set = (patch) => {
    const base = policyOf({ ...node, policy: {} }, type);
    change(setPolicy(node.id, sparse({ ...policy, ...patch }, base)), {
      merge: `${node.id}.policy`,
    });
  };
  return (
    <fieldset disabled={readOnly} className={classes.form}>
      <PolicySummary node={node} policy={policy} />
      {problem("policy") && (
        <p role="alert" className={classes.problem}>
          {problem("policy")}
        </p>
      )}
      <h3>{t("policy.retry")}</h3>
      <RetryFields retry={policy.retry} onChange={(retry) => set({ retry })} />
      <h3>{t("policy.finally")}</h3>
      <OnError policy={policy} set={set} />
      <h3>{t("policy.limits")}</h3>
      <Limits policy={policy} set={set} external={type.effect === "external"} />
    </fieldset>
  );
}

function RetryFields({ retry, onChange }: { retry: Retry; onChange: (retry: Retry) => void }) {
  const { t } = useTranslation();
  const classesOf = useEditor((state) => state.catalogue.errorClasses);
  const set = (patch: Partial<Retry>) => onChange({ ...retry, ...patch });
  const many = retry.attempts > 1;
  return (
    <Stack gap="md">
      <NumberInput
        label={t("policy.tries")}
        description={t("policy.triesHelp")}
        value={retry.attempts}
        min={1}
        max={100}
        allowDecimal={false}
        w={200}
        onChange={(value) => set({ attempts: Math.max(1, Number(value) || 1) })}
      />
      {many && (
        <>
          <div>
            <div className={classes.label}>{t("policy.backoff")}</div>
            <SegmentedControl
              fullWidth
              aria-label={t("policy.backoff")}
              value={retry.backoff}
              data={(["constant", "exponential", "random"] as const).map((value) => ({
                value,
                label: t(`policy.backoff.${value}`),
              }))}
              onChange={(value) => set({ backoff: value as Retry["backoff"] })}
            />
          </div>
          <div className={classes.two}>
            <Duration
              label={t("policy.delay")}
              value={retry.delay_seconds}
              onChange={(value) => set({ delay_seconds: value ?? 0 })}
            />
            {retry.backoff !== "constant" && (
              <Duration
                label={t("policy.maxDelay")}
                value={retry.max_delay_seconds}
                onChange={(value) => set({ max_delay_seconds: value ?? 60 })}
              />
            )}
            <Duration
              label={t("retry.budget")}
              value={retry.budget_seconds}
              onChange={(value) => set({ budget_seconds: value || null })}
            />
          </div>
          {retry.backoff !== "random" && (
            <Switch
              label={t("retry.jitter")}
              description={t("retry.jitterHelp")}
              checked={retry.jitter === "full"}
              onChange={(event) => set({ jitter: event.currentTarget.checked ? "full" : "none" })}
            />
          )}
          <Checkbox.Group label={t("policy.on")} value={retry.on} onChange={(on) => set({ on })}>
            <div className={classes.checks}>
              {classesOf.map(({ name, label }) => (
                <Checkbox key={name} value={name} label={label} size="sm" />
              ))}
            </div>
          </Checkbox.Group>
          <Switch
            label={t("policy.retryAfter")}
            checked={retry.respect_retry_after}
            onChange={(event) => set({ respect_retry_after: event.currentTarget.checked })}
          />
        </>
      )}
    </Stack>
  );
}

function OnError({ policy, set }: { policy: Policy; set: Set }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Radio.Group
        aria-label={t("policy.finally")}
        value={policy.on_error}
        onChange={(value) => set({ on_error: value as Policy["on_error"] })}
      >
        <Stack gap="xs">
          {(["stop", "error_port", "default", "continue"] as const).map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`policy.error.${value}`)}
              description={t(`policy.error.${value}.help`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {policy.on_error === "default" && (
        <LazyCodeEditor
          value={shown(policy.default_value)}
          onChange={(text) => set({ default_value: parsed(text) })}
          label={t("policy.defaultValue")}
          language="json"
          minHeight={60}
        />
      )}
    </Stack>
  );
}

type LimitProps = { policy: Policy; set: Set; external: boolean };

function Limits({ policy, set, external }: LimitProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Duration
        label={t("policy.timeout")}
        value={policy.timeout_seconds}
        onChange={(value) => set({ timeout_seconds: value || null })}
      />
      <NumberInput
        label={t("policy.concurrency")}
        description={t("policy.concurrencyHelp")}
        value={policy.concurrency ?? ""}
        min={1}
        max={1000}
        w={200}
        allowDecimal={false}
        onChange={(value) => set({ concurrency: value === "" ? null : Number(value) })}
      />
      {external && (
        <Radio.Group
          label={t("policy.unknown")}
          description={t("policy.unknownHelp")}
          value={policy.on_unknown}
          onChange={(value) => set({ on_unknown: value as Policy["on_unknown"] })}
        >
          <Stack gap="xs" mt="xs">
            {(["retry", "ask", "fail"] as const).map((value) => (
              <Radio key={value} value={value} label={t(`policy.unknown.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {external && (
        <Switch
          label={t("policy.runOnEmpty")}
          checked={policy.run_on_empty}
          onChange={(event) => set({ run_on_empty: event.currentTarget.checked })}
        />
      )}
    </Stack>
  );
}

type DurationProps = {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
};

function Duration({ label, value, onChange }: DurationProps) {
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <DurationInput label={label} value={value} onChange={onChange} />
    </div>
  );
}
