/** German words for what models took; part of `parts`. */
import type { costs as english } from "../costs";
import type { Texts } from "./texts";

export const costs: Texts<typeof english> = {
  "costs.badge": "{{cost}} · {{tokens}} Tokens",
  "costs.help_one": "Was Modelle in diesem Schritt verbraucht haben: ein Aufruf.",
  "costs.help_other": "Was Modelle in diesem Schritt verbraucht haben: {{count}} Aufrufe.",
  "costs.run": "Modelle: {{cost}} · {{tokens}} Tokens",
  "costs.saved": "{{saved}} gespart durch aufgehobene Antworten",
  "tries.known": "{{model}}: aus dem Gedächtnis, nichts wurde gefragt",
  "tries.usage": "{{model}}: {{tokensIn}} Tokens hinein, {{tokensOut}} heraus",
};
