import { describe, expect, it } from "vitest";
import { momentIn } from "@/ui/time";
import { nextStart } from "./times";
import type { Flow } from "./types";

const flowOf = (...triggers: Partial<Flow["triggers"][number]>[]) =>
  ({ triggers: triggers.map((one) => ({ url: null, ...one })) }) as unknown as Flow;

describe("what starts next", () => {
  it("is the soonest of all schedules", () => {
    const flow = flowOf(
      { kind: "webhook", url: "/hooks/a", next_at: null, zone: null },
      { kind: "schedule", next_at: "2026-03-30T09:00:00+02:00", zone: "Europe/Berlin" },
      { kind: "schedule", next_at: "2026-03-30T06:30:00Z", zone: "UTC" },
    );
    expect(nextStart(flow)).toEqual({ at: "2026-03-30T06:30:00Z", zone: "UTC" });
  });

  it("is nothing while all are off", () => {
    expect(nextStart(flowOf({ kind: "schedule", next_at: null, zone: "UTC" }))).toBeNull();
    expect(nextStart(undefined)).toBeNull();
  });
});

describe("a moment by the clock of a place", () => {
  it("names the place where it is not the reader's own", () => {
    const text = momentIn("2026-03-30T09:00:00+02:00", "America/New_York", "en-GB");
    expect(text).toMatch(/Mon,? 30 Mar,? (at )?0?3:00 \(America\/New_York\)/);
    // By the clock of 24 hours, as the words of a schedule and the admin say it.
    expect(momentIn("2026-03-30T15:00:00Z", "UTC", "en-US")).toContain("15:00");
  });

  it("still shows a moment in a place that the browser does not know", () => {
    expect(momentIn("2026-03-30T09:00:00+02:00", "Mars/Olympus", "en-GB")).not.toContain("Mars");
  });
});
