/** The languages there are words for, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

/** The language there are words for that comes closest to a tag such as `de-AT`. */
export function languageOf(tag: string): Language {
  return tag.toLowerCase().split("-")[0] === "de" ? "de" : "en";
}
