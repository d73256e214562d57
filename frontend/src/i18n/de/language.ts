/** German words for choosing a language. */
import type { language as english } from "../language";
import type { Texts } from "./texts";

export const language: Texts<typeof english> = {
  "language.choose": "Sprache",
};
