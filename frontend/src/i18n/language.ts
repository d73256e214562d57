/** Words for choosing a language; part of `en`. */
export const language = {
  "language.choose": "Language",
} as const;
