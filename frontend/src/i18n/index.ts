/** Every word on the screen comes from a catalogue here. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";

export const i18n = i18next.createInstance();

export async function startI18n(language: string): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18n.resolvedLanguage ?? "en";
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
