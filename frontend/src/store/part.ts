/** Runs a part of the draft. Asks first where that would reach outside unasked, or lacks data. */
import { create } from "zustand";
import { ApiError, plainMessage } from "@/api/client";
import { api } from "@/api/endpoints";
import type { Extent, Part } from "@/api/types";
import { i18n } from "@/i18n";
import { page } from "@/page";
import { showRun } from "./live";
import { saver } from "./saver";
import { useUi } from "./ui";

/** `lacking`: steps without data, for which this was widened to “run to here”. */
type Question = { step: string; extent: Extent; part: Part; lacking: Part["lacking"] };

type PartState = {
  /** The step that is being looked at or started, by key. */
  busy: string | null;
  question: Question | null;
  failure: string | null;
  start: (step: string, extent: Extent) => Promise<void>;
  agree: () => Promise<void>;
  dismiss: () => void;
};

export const usePart = create<PartState>()((set, get) => ({
  busy: null,
  question: null,
  failure: null,

  start: (step, extent) =>
    work(set, step, async () => {
      if (!(await saver().flush())) throw new ApiError(0, i18n.t("publish.unsaved"), null);
      const part = await api.lookAtPart(page.flow, step, extent);
      const { lacking } = part;
      if (lacking.length > 0) {
        const wider = await api.lookAtPart(page.flow, step, "to");
        set({ question: { step, extent: "to", part: wider, lacking } });
      } else if (part.acts.length > 0) {
        set({ question: { step, extent, part, lacking } });
      } else {
        await begin(step, extent, []);
      }
    }),

  agree: async () => {
    const { question } = get();
    if (!question) return;
    const { step, extent, part } = question;
    const agreed = part.acts.map((other) => other.key);
    await work(set, step, () => begin(step, extent, agreed));
    set({ question: null });
  },

  dismiss: () => set({ question: null, failure: null }),
}));

async function begin(step: string, extent: Extent, agreed: string[]): Promise<void> {
  const { run } = await api.runPart(page.flow, step, extent, agreed);
  await showRun(run.id, false);
}

type Set = (state: Partial<PartState>) => void;

async function work(set: Set, step: string, task: () => Promise<void>): Promise<void> {
  set({ busy: step, failure: null });
  try {
    await task();
  } catch (error) {
    set({ failure: plainMessage(error) });
    if (error instanceof ApiError && error.issues.length > 0) {
      // Nothing ran: the problems say why, and lead to the fields concerned.
      useUi.getState().showSide("problems");
    }
  } finally {
    set({ busy: null });
  }
}
