/** One line or several lines of text with data in it. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useCallback, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { fromText, isFormula, textOf, usesData } from "@/graph/fields";
import type { Dragged } from "./context";
import { useForm } from "./context";
import { DataButton } from "./DataButton";
import { FieldFrame } from "./FieldFrame";
import { LazyTemplateEditor } from "./LazyEditor";
import { Preview } from "./Preview";
import type { WidgetProps } from "./widget";

export function TextField(props: WidgetProps) {
  return <AnyText {...props} multiline={false} />;
}

export function MultilineField(props: WidgetProps) {
  return <AnyText {...props} multiline />;
}

function AnyText({ spec, value, onChange, multiline }: WidgetProps & { multiline: boolean }) {
  const { problem } = useForm();
  const id = useId();
  const [raw, setRaw] = useState(false);
  const insert = useRef<((data: Dragged) => void) | null>(null);
  const onReady = useCallback((ready: typeof insert.current) => {
    insert.current = ready;
  }, []);
  const text = textOf(value);
  const change = (next: string) => {
    if (next === "" && spec.nullable) onChange(null);
    else onChange(spec.templates ? fromText(next) : next);
  };
  return (
    <FieldFrame
      spec={spec}
      tools={
        spec.templates && (
          <>
            {usesData(value) && !isFormula(value) && (
              <RawButton raw={raw} onClick={() => setRaw(!raw)} />
            )}
            <DataButton label={spec.label} onPick={(data) => insert.current?.(data)} />
          </>
        )
      }
      below={spec.templates && <Preview field={spec.name} value={value} />}
    >
      <LazyTemplateEditor
        key={id}
        value={text}
        onChange={change}
        label={spec.label}
        placeholder={spec.placeholder}
        multiline={multiline}
        raw={raw}
        plain={!spec.templates}
        invalid={problem(spec.name) !== undefined}
        onReady={onReady}
      />
    </FieldFrame>
  );
}

export function RawButton({ raw, onClick }: { raw: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  const label = raw ? t("field.chips") : t("field.raw");
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={26}
        aria-label={label}
        aria-pressed={raw}
        variant={raw ? "light" : "subtle"}
        onClick={onClick}
      >
        <IconCode size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
