/** German words for choosing among the tools that another program offers. */
import type { offers as english } from "../offers";
import type { Texts } from "./texts";

export const offers: Texts<typeof english> = {
  "offers.changed": "Es beschreibt sich anders als beim Ankreuzen. Es wird nicht benutzt.",
  "offers.fetch": "Liste holen",
  "offers.gone": "Der Server hat es nicht mehr.",
  "offers.look": "Ich habe es mir angesehen",
  "offers.none":
    "Noch ist keines angekreuzt. Holen Sie die Liste und kreuzen Sie an, was ein Agent benutzen darf.",
  "offers.nothing": "Der Server bietet keine Werkzeuge an.",
  "offers.theirs": "Was über die Werkzeuge gesagt wird, kommt vom Server; niemand hat es geprüft.",
};
