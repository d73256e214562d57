/** Where tries stand on a time line. Short and long pauses both can be seen: the scale is soft. */

export type Band = { from: number; to: number };

/** Places of a band in percent of the line's width; `longest` is the line's end, in seconds. */
export function placed(band: Band, longest: number): { left: number; width: number } {
  const whole = soft(Math.max(longest, 0.001));
  const left = (soft(band.from) / whole) * 100;
  const right = (soft(band.to) / whole) * 100;
  return { left, width: Math.max(0, right - left) };
}

/** The first tries and the last one; what lies between is counted. */
export function shownTries<T>(tries: readonly T[], most = 8): { shown: T[]; left: number } {
  if (tries.length <= most) return { shown: [...tries], left: 0 };
  const last = tries.slice(-1);
  return { shown: [...tries.slice(0, most - 1), ...last], left: tries.length - most };
}

function soft(seconds: number): number {
  return Math.log10(1 + Math.max(0, seconds) * 4);
}
