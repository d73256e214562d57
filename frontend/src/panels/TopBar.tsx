/** The bar that is always there: which flow, what is live, what the draft changes, Test and Publish. */
import { ActionIcon, Anchor, Button, Switch, Tooltip, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronLeft,
  IconPlayerPlay,
  IconRocket,
} from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import {
  type OlderRuns,
  useChangeFlow,
  useFlowData,
  useMayRun,
  useOlderRuns,
  useRefreshFlow,
} from "@/api/queries";
import { nextStart } from "@/api/times";
import type { Flow } from "@/api/types";
import { page } from "@/page";
import { isEditable, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { ColorSchemeButton } from "@/ui/ColorSchemeButton";
import { EditableText } from "@/ui/EditableText";
import { LanguageMenu } from "@/ui/LanguageMenu";
import { SaveSign } from "@/ui/SaveSign";
import { momentIn } from "@/ui/time";
import { WebhookAddress } from "@/ui/WebhookAddress";
import classes from "./TopBar.module.css";

const SETTLE_MS = 2_000;
const LONGEST_TIMER_MS = 86_400_000; // a browser cannot count more than a few weeks ahead

export function TopBar() {
  const { t } = useTranslation();
  const showDialog = useUi((state) => state.showDialog);
  const readOnly = useEditor((state) => state.readOnly);
  const editable = useEditor(isEditable);
  const mayRun = useMayRun();
  return (
    <header className={classes.bar}>
      <Tooltip label={t("bar.back")}>
        <Anchor href={page.admin} className={classes.home} aria-label={t("bar.back")}>
          <IconChevronLeft size={18} />
        </Anchor>
      </Tooltip>
      <FlowName />
      <Version />
      <WebhookAddress />
      <div className={classes.space} />
      <SaveSign />
      {editable && <UndoRedo />}
      <LanguageMenu />
      <ColorSchemeButton />
      <LiveSwitch />
      {mayRun && (
        <Button
          className={classes.button ?? ""}
          variant="default"
          leftSection={<IconPlayerPlay size={16} />}
          onClick={() => showDialog("test")}
          data-testid="test"
        >
          {t("bar.test")}
        </Button>
      )}
      {!readOnly && (
        <Button
          className={classes.button ?? ""}
          leftSection={<IconRocket size={16} />}
          onClick={() => showDialog("publish")}
          data-testid="publish"
        >
          {t("bar.publish")}
        </Button>
      )}
    </header>
  );
}

function FlowName() {
  const { t } = useTranslation();
  const name = useEditor((state) => state.flowName);
  const readOnly = useEditor((state) => state.readOnly);
  const change = useChangeFlow();
  const rename = (next: string) => {
    useEditor.getState().rename(next);
    change.mutate({ name: next }, { onError: () => useEditor.getState().rename(name) });
  };
  return (
    <>
      <VisuallyHidden component="h1">{name}</VisuallyHidden>
      <EditableText
        className={classes.name ?? ""}
        value={name}
        label={t("bar.rename")}
        readOnly={readOnly}
        onChange={rename}
      />
    </>
  );
}

function Version() {
  const { t } = useTranslation();
  const flow = useFlowData();
  const toggleSide = useUi((state) => state.toggleSide);
  const revision = useEditor((state) => state.revision);
  const refresh = useRefreshFlow();
  // Each save has a new revision, and only the server knows what then differs from the live version.
  useEffect(() => {
    if (revision > 0) refresh();
  }, [revision, refresh]);
  const older = useOlderRuns(flow?.live_version ?? null);
  const coming = useComing(flow);
  if (!flow) return null;
  const live = flow.live_version
    ? t(flow.live ? "bar.live" : "bar.off", { number: flow.live_version })
    : t("bar.neverPublished");
  const changes = flow.live_version && flow.draft_changes > 0;
  return (
    <>
      <button type="button" className={classes.version} onClick={() => toggleSide("versions")}>
        <span
          className={classes.dot}
          data-on={(flow.live && flow.live_version !== null) || undefined}
        />
        <span className={classes.words}>
          {live}
          {changes ? ` · ${t("bar.changes", { count: flow.draft_changes })}` : null}
          {coming ? ` · ${t("bar.next", { when: coming })}` : null}
        </span>
      </button>
      <Older runs={older} />
    </>
  );
}

/** Runs that began on an earlier version and go on with it: one click shows them. */
function Older({ runs }: { runs: OlderRuns[] }) {
  const { t } = useTranslation();
  const { showRunsOn, showSide } = useUi.getState();
  const [only] = runs;
  if (!only) return null;
  const count = runs.reduce((sum, one) => sum + one.count, 0);
  const show = () => (runs.length === 1 ? showRunsOn(only.version) : showSide("versions"));
  return (
    <button type="button" className={classes.older} onClick={show} data-testid="older-runs">
      {runs.length === 1 ? t("bar.older", only) : t("bar.olderSeveral", { count })}
    </button>
  );
}

/** When the live version starts next by the clock; asked again once that time has passed. */
function useComing(flow: Flow | undefined): string | null {
  const { i18n } = useTranslation();
  const refresh = useRefreshFlow();
  const next = flow?.live ? nextStart(flow) : null;
  const at = next?.at ?? null;
  useEffect(() => {
    if (at === null) return;
    const left = Date.parse(at) - Date.now() + SETTLE_MS;
    const timer = setTimeout(refresh, Math.min(Math.max(left, SETTLE_MS), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [at, refresh]);
  return next ? momentIn(next.at, next.zone, i18n.language) : null;
}

function LiveSwitch() {
  const { t } = useTranslation();
  const flow = useFlowData();
  const mayRun = useMayRun();
  const change = useChangeFlow();
  if (!flow?.live_version) return null;
  const toggle = (live: boolean) =>
    change.mutate(
      { live },
      { onError: (error) => notifications.show({ color: "red", message: plainMessage(error) }) },
    );
  return (
    <Switch
      className={classes.switch ?? ""}
      checked={flow.live}
      disabled={!mayRun}
      onChange={(event) => toggle(event.currentTarget.checked)}
      label={flow.live ? t("bar.on") : t("bar.switchedOff")}
      aria-label={t("bar.switch")}
      color="teal.8"
    />
  );
}

function UndoRedo() {
  const { t } = useTranslation();
  const canUndo = useEditor((state) => state.history.past.length > 0);
  const canRedo = useEditor((state) => state.history.future.length > 0);
  const undo = useEditor((state) => state.undo);
  const redo = useEditor((state) => state.redo);
  return (
    <div className={classes.pair}>
      <Tooltip label={t("bar.undo")}>
        <ActionIcon aria-label={t("bar.undo")} size={34} disabled={!canUndo} onClick={undo}>
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("bar.redo")}>
        <ActionIcon aria-label={t("bar.redo")} size={34} disabled={!canRedo} onClick={redo}>
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
