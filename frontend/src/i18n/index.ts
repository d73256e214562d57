/** Every word on the screen comes from a catalogue here. */
import i18next, { type Resource } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";
import { type Language, languageOf } from "./languages";

export const i18n = i18next.createInstance();

/** Speaks the language asked for; the words of any but English are loaded only then. */
export async function startI18n(language: string): Promise<void> {
  const spoken = languageOf(language);
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, ...(await wordsOf(spoken)) },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = spoken;
}

const WORDS = { t: i18n.t, i18n };

/**
 * The words of this page, as `useTranslation` gives them. Its language is settled before anything
 * is drawn, so nothing has to watch for another: for a thousand cards that alone took half a second.
 */
export function useWords(): typeof WORDS {
  return WORDS;
}

async function wordsOf(language: Language): Promise<Resource> {
  return language === "de" ? { de: { translation: (await import("./de/de")).de } } : {};
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
    keySeparator: false;
    nsSeparator: false;
  }
}

export type TextKey = Extract<keyof typeof en, string>;
