/** Follows a run over server-sent events and feeds the run store. Resumes by `seq`. */
import { api, eventsUrl } from "@/api/endpoints";
import type { Attempt, LogLine, Run, Step } from "@/api/types";
import { shownGraph, useEditor } from "./editor";
import { isOver, useRun } from "./run";
import { forgetWords, hear, type Words } from "./words";

const ASK_WHY_MS = 3000;

const GATHER_MS = { least: 80, perStep: 0.25 };

type Pending = { steps: Step[]; attempts: Attempt[]; logs: LogLine[] };

let pending: Pending | null = null;
let gathering: ReturnType<typeof setTimeout> | undefined;
let source: EventSource | null = null;
let asking: ReturnType<typeof setInterval> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Shows a run: a past one with its own document, a fresh test over the draft. */
export async function showRun(id: string, past: boolean): Promise<void> {
  stopFollowing();
  forgetWords();
  const run = await api.run(id);
  useRun.getState().begin(run, past);
  useEditor.getState().show(past ? run.graph : null);
  const journal = await api.journal(id);
  useRun.getState().receive(journal);
  if (isOver(run)) return;
  follow(id);
}

export function leaveRun(): void {
  stopFollowing();
  useRun.getState().clear();
  useEditor.getState().show(null);
}

export function stopFollowing(): void {
  clearTimeout(retry);
  clearTimeout(gathering);
  clearInterval(asking);
  pending = null;
  source?.close();
  source = null;
}

function follow(id: string): void {
  const events = new EventSource(eventsUrl(id, useRun.getState().seq));
  source = events;
  asking = setInterval(() => void askWhy(id), ASK_WHY_MS);
  const on = <T>(name: string, handle: (data: T) => void): void => {
    events.addEventListener(name, (event) => {
      if (source === events) handle(JSON.parse((event as MessageEvent<string>).data) as T);
    });
  };
  on<Step>("step", (step) => later().steps.push(step));
  on<Attempt>("attempt", (attempt) => later().attempts.push(attempt));
  on<Words>("words", hear);
  on<LogLine>("log", (line) => later().logs.push(line));
  on<Run>("run", (run) => {
    takeIn();
    useRun.getState().update(run);
  });
  events.addEventListener("end", () => void finish(id));
  events.addEventListener("error", () => {
    // The browser reconnects by itself unless the server closed for good.
    if (source === events && events.readyState === EventSource.CLOSED) {
      retry = setTimeout(() => void catchUp(id), 1500);
    }
  });
}

/**
 * Events of a busy run are taken in together: each alone would have every card look again. The more
 * cards there are the fewer times, so that between them there is time for whoever looks at them.
 */
function later(): Pending {
  if (pending) return pending;
  const cards = shownGraph(useEditor.getState()).nodes.length;
  gathering = setTimeout(takeIn, GATHER_MS.least + cards * GATHER_MS.perStep);
  pending = { steps: [], attempts: [], logs: [] };
  return pending;
}

function takeIn(): void {
  clearTimeout(gathering);
  const rows = pending;
  pending = null;
  if (rows) useRun.getState().receive(rows);
}

/** Why it is not finished is found out by asking: it changes without an event. */
async function askWhy(id: string): Promise<void> {
  try {
    useRun.getState().update(await api.run(id));
  } catch {
    // The next look will tell.
  }
}

async function finish(id: string): Promise<void> {
  takeIn();
  stopFollowing();
  await refresh(id);
}

async function catchUp(id: string): Promise<void> {
  stopFollowing();
  try {
    await refresh(id);
    if (!isOver(useRun.getState().run)) follow(id);
  } catch {
    retry = setTimeout(() => void catchUp(id), 5000);
  }
}

async function refresh(id: string): Promise<void> {
  const [run, journal] = await Promise.all([api.run(id), api.journal(id)]);
  useRun.getState().receive(journal);
  useRun.getState().update(run);
}
