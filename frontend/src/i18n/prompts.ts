/** Words of the library of prompts, in steps that take their words from it. */
export const prompts = {
  "prompt.none": "Write the words here",
  "prompt.gone": "{{name}} (not in the library)",
  "prompt.open": "Open in the library",
  "prompt.version": "Version",
  "prompt.newest": "Always the newest (now v{{number}})",
  "prompt.newestHelp":
    "A new version counts at once, for runs that begin after it; a run keeps the one it began with.",
  "prompt.pinnedHelp": "It stays at this version, whatever is written later.",
  "prompt.said": "What it says",
  "prompt.fill": "Fill in “{{name}}”",
  "prompt.mayStayEmpty": "may stay empty",
  "prompt.save": "Save these words to the library",
  "prompt.saveName": "Name in the library",
  "prompt.saveNow": "Save",
  "prompt.used": "The words: {{name}}, v{{number}}",
  "tokens.label": "Room in the model",
  "tokens.exact": "{{tokens}} of {{room}} tokens, as “{{model}}” counts them.",
  "tokens.about":
    "About {{tokens}} of {{room}} tokens (an estimate) that “{{model}}” has room for.",
  "tokens.over": "It does not fit: shorten it, allow a shorter answer, or choose another model.",
} as const;
