/** German words of models that measure meaning, and of answers found by it. */
import type { meaning as english } from "../meaning";
import type { Texts } from "./texts";

export const meaning: Texts<typeof english> = {
  "meaning.matched": "Wie zuvor auf „{{question}}“ geantwortet ({{percent}} % gleich)",
  "meaning.builtIn": "Das eingebaute",
};
