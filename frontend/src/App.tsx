/** Puts the page together: bar, canvas, panels. Panels are loaded when first opened. */
import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { plainMessage } from "@/api/client";
import { useMayRun, useSession } from "@/api/queries";
import { Canvas } from "@/canvas/Canvas";
import { page } from "@/page";
import { AddStep } from "@/panels/AddStep";
import { CompareBar } from "@/panels/CompareBar";
import { FindBar } from "@/panels/FindBar";
import { RunBar } from "@/panels/RunBar";
import { SideRail } from "@/panels/SideRail";
import { StepMenu } from "@/panels/StepMenu";
import { TopBar } from "@/panels/TopBar";
import { shownGraph, useEditor } from "@/store/editor";
import { showRun } from "@/store/live";
import { usePart } from "@/store/part";
import { useSaver } from "@/store/saver";
import { useTour } from "@/store/tour";
import { useUi } from "@/store/ui";
import { useFocusBack } from "@/ui/focusBack";
import classes from "./App.module.css";
import { useFlow } from "./useFlow";

const StepPanel = lazy(() => import("@/panels/step/StepPanel"));
const TestDialog = lazy(() => import("@/panels/TestDialog"));
const AgainDialog = lazy(() => import("@/panels/AgainDialog"));
const PartDialog = lazy(() => import("@/panels/PartDialog"));
const PublishDialog = lazy(() => import("@/panels/PublishDialog"));
const ShortcutsDialog = lazy(() => import("@/panels/ShortcutsDialog"));
const CommandPalette = lazy(() => import("@/panels/CommandPalette"));
const WiresDialog = lazy(() => import("@/panels/WiresDialog"));
const ConflictDialog = lazy(() => import("@/panels/ConflictDialog"));
const Tour = lazy(() => import("@/panels/Tour"));
const SidePanel = lazy(() => import("@/panels/SidePanel"));

export function App() {
  const { t } = useTranslation();
  const flow = useFlow();
  if (flow.error) {
    return (
      <Center h="100%">
        <Stack align="center" maw={420} ta="center">
          <Text fw={600} size="lg">
            {t("load.failed")}
          </Text>
          <Text c="dimmed">{plainMessage(flow.error)}</Text>
          <Button onClick={flow.retry}>{t("common.tryAgain")}</Button>
        </Stack>
      </Center>
    );
  }
  if (!flow.ready) {
    return (
      <Center h="100%" role="status" aria-label={t("load.loading")}>
        <Loader type="dots" />
      </Center>
    );
  }
  return <Workplace />;
}

function Workplace() {
  const { t } = useTranslation();
  const step = useUi((state) => state.step);
  const dialog = useUi((state) => state.dialog);
  const side = useUi((state) => state.side);
  const conflict = useSaver((state) => state.state.kind === "conflict");
  const mayRun = useMayRun();
  const session = useSession();
  const touring = useTour((state) => state.part !== null);
  const asksAboutPart = usePart((state) => state.question !== null || state.failure !== null);
  useLeaveGuard();
  useFocusBack();
  useEffect(() => {
    if (page.tour && session?.tour_seen === false) useTour.getState().begin();
  }, [session?.tour_seen]);
  useEffect(() => {
    if (page.run) void showRun(page.run, true).then(openNamedStep);
  }, []);
  return (
    <div className={classes.page}>
      <TopBar />
      <main className={classes.main} aria-label={t("canvas.label")}>
        <div className={classes.stage}>
          <Canvas />
          <AddStep />
          <StepMenu />
          <FindBar />
          <RunBar />
          <CompareBar />
        </div>
        <Suspense fallback={null}>{side && <SidePanel side={side} />}</Suspense>
        <SideRail />
      </main>
      <Suspense fallback={null}>
        {step && <StepPanel id={step} />}
        {dialog === "test" && mayRun && <TestDialog />}
        {dialog === "again" && mayRun && <AgainDialog />}
        {asksAboutPart && <PartDialog />}
        {dialog === "publish" && <PublishDialog />}
        {dialog === "shortcuts" && <ShortcutsDialog />}
        {dialog === "commands" && <CommandPalette />}
        {dialog === "wires" && <WiresDialog />}
        {conflict && <ConflictDialog />}
        {touring && <Tour />}
      </Suspense>
    </div>
  );
}

/** A mail about a failure leads to the step that failed. */
function openNamedStep(): void {
  const node = shownGraph(useEditor.getState()).nodes.find((one) => one.key === page.step);
  if (node) useUi.getState().openStep(node.id);
}

/** The browser asks before a page with unsaved work is closed. */
function useLeaveGuard(): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      if (useSaver.getState().state.kind !== "saved") event.preventDefault();
    };
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, []);
}
