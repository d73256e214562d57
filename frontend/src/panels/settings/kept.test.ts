import { describe, expect, it } from "vitest";
import type { KeptDays, Retention } from "@/api/types";
import { daysFor, howOf, keepsLess, withDays } from "./kept";

const NOTHING: KeptDays = {
  finished_days: null,
  failed_days: null,
  test_days: null,
  most_runs: null,
};

const known: Retention = {
  asked: { ...NOTHING, failed_days: 0 },
  server: { finished_days: 30, failed_days: 90, test_days: 7, most_runs: null },
  counts: { finished_days: 30, failed_days: 0, test_days: 7, most_runs: null },
  at_least_days: 0,
  at_most_days: 0,
};

describe("how long runs are kept", () => {
  it.each([
    [null, "server"],
    [0, "forever"],
    [0.5, "days"],
  ] as const)("%s days are chosen as %s", (days, how) => {
    expect(howOf(days)).toBe(how);
    expect(howOf(daysFor(how, 30))).toBe(how);
  });

  it.each([
    ["nothing changed", known.asked, false],
    ["fewer days", withDays(known.asked, "finished", 5), true],
    ["more days", withDays(known.asked, "finished", 50), false],
    ["days instead of for ever", withDays(known.asked, "failed", 365), true],
    ["as the server instead of for ever", withDays(known.asked, "failed", null), true],
    ["for ever instead of days", withDays(known.asked, "test", 0), false],
    ["a number of runs", { ...known.asked, most_runs: 1000 }, true],
  ])("%s", (_, wanted, less) => {
    expect(keepsLess(wanted, known)).toBe(less);
  });
});
