/** Words of models that measure meaning, and of answers found by it. */
export const meaning = {
  "meaning.builtIn": "The built-in one",
} as const;
