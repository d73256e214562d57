/** The choice of a language belongs to the person, so the server keeps it. */
import type { Language } from "@/i18n/languages";
import { post } from "./client";

export async function chooseLanguage(language: Language): Promise<void> {
  await post("/i18n/setlang/", new URLSearchParams({ language }));
  location.reload();
}
