/** Times and durations as people say them. */

export function duration(ms: number | null, language: string): string {
  if (ms === null) return "";
  const unit = (value: number, name: "millisecond" | "second" | "minute" | "hour", digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);
  if (ms < 1000) return unit(Math.round(ms), "millisecond");
  if (ms < 60_000) return unit(ms / 1000, "second", 1);
  if (ms < 3_600_000) return unit(ms / 60_000, "minute", 1);
  return unit(ms / 3_600_000, "hour", 1);
}

export function moment(iso: string | null, language: string, now = new Date()): string {
  if (!iso) return "";
  const date = new Date(iso);
  const today = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(today ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    hourCycle: "h23", // as the admin and the words of a schedule say it
    minute: "2-digit",
    second: today ? "2-digit" : undefined,
  }).format(date);
}

/** A moment by the clock of a place; `named` says which where it is not the reader's own. */
export function momentIn(iso: string, zone: string, language: string, named = true): string {
  const shape = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    hourCycle: "h23",
    minute: "2-digit",
  } as const;
  const date = new Date(iso);
  try {
    const time = new Intl.DateTimeFormat(language, { ...shape, timeZone: zone }).format(date);
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return zone === own || !named ? time : `${time} (${zone})`;
  } catch {
    // A zone that this browser does not know: its own clock then, without a name.
    return new Intl.DateTimeFormat(language, shape).format(date);
  }
}

/** A moment with its day, whatever day it is. */
export function dateTime(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    hourCycle: "h23",
    minute: "2-digit",
    second: "2-digit",
  }).format(new Date(iso));
}

export function seconds(value: number, language: string): string {
  return duration(value * 1000, language);
}
