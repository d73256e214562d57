/** German words of the library of prompts. */
import type { prompts as english } from "../prompts";
import type { Texts } from "./texts";

export const prompts: Texts<typeof english> = {
  "prompt.none": "Die Worte hier schreiben",
  "prompt.gone": "{{name}} (nicht in der Bibliothek)",
  "prompt.open": "In der Bibliothek öffnen",
  "prompt.version": "Version",
  "prompt.newest": "Immer die neueste (jetzt v{{number}})",
  "prompt.newestHelp":
    "Eine neue Version gilt sofort für Läufe, die danach beginnen; ein Lauf behält die, mit der er begann.",
  "prompt.pinnedHelp": "Es bleibt bei dieser Version, was auch immer später geschrieben wird.",
  "prompt.said": "Was darin steht",
  "prompt.fill": "„{{name}}“ ausfüllen",
  "prompt.mayStayEmpty": "darf leer bleiben",
  "prompt.save": "Diese Worte in der Bibliothek ablegen",
  "prompt.saveName": "Name in der Bibliothek",
  "prompt.saveNow": "Ablegen",
  "prompt.used": "Die Worte: {{name}}, v{{number}}",
  "tokens.label": "Platz im Modell",
  "tokens.exact": "{{tokens}} von {{room}} Tokens, wie „{{model}}“ sie zählt.",
  "tokens.about": "Etwa {{tokens}} von {{room}} Tokens (geschätzt), für die „{{model}}“ Platz hat.",
  "tokens.over":
    "Das passt nicht: Kürzen Sie es, erlauben Sie nur eine kürzere Antwort, oder wählen Sie ein anderes Modell.",
};
