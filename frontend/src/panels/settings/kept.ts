/** How long runs are kept, as a person edits it: three kinds, each as the server, some days, or for ever. */
import type { KeptDays, Retention } from "@/api/types";

export const KINDS = ["finished", "failed", "test"] as const;
export type Kind = (typeof KINDS)[number];
export type How = "server" | "days" | "forever";

const FOREVER = 0;

export function daysOf(kept: KeptDays, kind: Kind): number | null {
  return kept[`${kind}_days`];
}

export function howOf(days: number | null): How {
  if (days === null) return "server";
  return days === FOREVER ? "forever" : "days";
}

/** The days that a choice stands for; a number of days begins with what counts now. */
export function daysFor(how: How, now: number | null): number | null {
  if (how === "server") return null;
  return how === "forever" ? FOREVER : now || 30;
}

export function withDays(kept: KeptDays, kind: Kind, days: number | null): KeptDays {
  return { ...kept, [`${kind}_days`]: days };
}

export function same(one: KeptDays, other: KeptDays): boolean {
  return (
    KINDS.every((kind) => daysOf(one, kind) === daysOf(other, kind)) &&
    one.most_runs === other.most_runs
  );
}

/** Whether something that is kept now would be deleted. */
export function keepsLess(wanted: KeptDays, known: Retention): boolean {
  const days = (kept: KeptDays, kind: Kind) =>
    (daysOf(kept, kind) ?? daysOf(known.server, kind)) || Number.POSITIVE_INFINITY;
  const most = (kept: KeptDays) =>
    kept.most_runs ?? known.server.most_runs ?? Number.POSITIVE_INFINITY;
  return (
    KINDS.some((kind) => days(wanted, kind) < days(known.asked, kind)) ||
    most(wanted) < most(known.asked)
  );
}
