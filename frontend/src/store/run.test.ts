import { beforeEach, describe, expect, it } from "vitest";
import type { Attempt, RunDetail, Step } from "@/api/types";
import { emptyGraph } from "@/graph/document";
import { lostAttempts, useRun, viewOf } from "./run";

const step = (more: Partial<Step>): Step => ({
  seq: 1,
  key: "a",
  node: "n_a",
  type: "work",
  name: "A",
  iteration: "",
  status: "running",
  attempts: 1,
  items_in: 1,
  items_out: {},
  item_errors: 0,
  started_at: null,
  finished_at: null,
  duration_ms: null,
  why: null,
  error: null,
  ...more,
});

const attempt = (more: Partial<Attempt>): Attempt => ({
  seq: 1,
  key: "a",
  node: "n_a",
  iteration: "",
  item: 0,
  number: 1,
  status: "running",
  started_at: null,
  finished_at: null,
  error: null,
  next_at: null,
  why: null,
  usage: null,
  params: null,
  ...more,
});

const { receive, clear } = useRun.getState();

beforeEach(clear);

describe("a followed run", () => {
  it("keeps the newest of what arrives, in any order and twice", () => {
    receive({ steps: [step({ seq: 5, status: "succeeded", items_out: { out: 3 } })] });
    receive({ steps: [step({ seq: 2 })] });
    receive({ steps: [step({ seq: 5, status: "succeeded", items_out: { out: 3 } })] });
    expect(viewOf(useRun.getState(), "a")).toMatchObject({
      status: "succeeded",
      itemsOut: { out: 3 },
    });
    expect(useRun.getState().seq).toBe(5);
  });

  it("sums the rounds of a Repeat and shows the liveliest state", () => {
    receive({
      steps: [
        step({ seq: 1, iteration: "r:0", status: "succeeded", items_out: { out: 2 } }),
        step({ seq: 2, iteration: "r:1", status: "running", items_out: { out: 1 } }),
      ],
    });
    expect(viewOf(useRun.getState(), "a")).toMatchObject({
      status: "running",
      rounds: 2,
      itemsOut: { out: 3 },
    });
  });

  it("asks about a lost try only while the step waits and nothing came after it", () => {
    receive({
      steps: [step({ seq: 1, status: "waiting" })],
      attempts: [attempt({ status: "lost" })],
    });
    expect(lostAttempts(useRun.getState())).toHaveLength(1);
    receive({ attempts: [attempt({ seq: 2, number: 2 })] });
    expect(lostAttempts(useRun.getState())).toHaveLength(0);
  });

  it("lists log lines once and in order", () => {
    const line = {
      key: "a",
      node: "n_a",
      iteration: "",
      item: 0,
      number: 1,
      level: "info",
      data: null,
      at: "",
    } as const;
    receive({ logs: [{ ...line, seq: 2, message: "two" }] });
    receive({
      logs: [
        { ...line, seq: 1, message: "one" },
        { ...line, seq: 2, message: "two" },
      ],
    });
    expect(useRun.getState().logs.map((one) => one.message)).toEqual(["one", "two"]);
  });

  it("does not go on saying why it waited once it has got further", () => {
    const waiting: RunDetail = {
      id: "r",
      flow: null,
      version: null,
      mode: "test",
      status: "queued",
      partial_errors: 0,
      trigger: { key: "start", kind: "manual" },
      started_by: null,
      created_at: "",
      started_at: null,
      finished_at: null,
      duration_ms: null,
      reason: null,
      error: null,
      again_of: null,
      replays: false,
      again: null,
      seq: 1,
      graph: emptyGraph(),
      input: null,
      output: null,
      why: "It waits for a free worker.",
    };
    const { begin, update } = useRun.getState();
    begin(waiting, false);
    const { why: _, ...event } = waiting;
    update({ ...event, seq: 2 });
    expect(useRun.getState().run?.why).toBe("It waits for a free worker.");
    update({ ...event, status: "running", seq: 3 });
    expect(useRun.getState().run?.why).toBeNull();
  });
});
