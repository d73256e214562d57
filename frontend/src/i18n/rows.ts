/** Words for lists of small forms; part of `en`. */
export const rows = {
  "rows.up": "Move entry {{number}} up",
} as const;
