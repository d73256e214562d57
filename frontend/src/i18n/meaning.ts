/** Words of models that measure meaning, and of answers found by it. */
export const meaning = {
  "meaning.matched": "As answered before to “{{question}}” ({{percent}} % the same)",
  "meaning.builtIn": "The built-in one",
} as const;
