/** German words of single fields of a form. */
import type { fields as english } from "../fields";
import type { Texts } from "./texts";

export const fields: Texts<typeof english> = {
  "connection.add": "Zugang hinzufügen",
  "connection.gone": "Ein Zugang, den es nicht mehr gibt",
  "connection.none": "Keiner",
  "model.none": "Noch kein Modell eingerichtet",
  "model.notReady": "{{name}} (nicht bereit)",
  "model.usual": "{{name}}",
  "webhook.copy": "Adresse kopieren",
  "webhook.live": "Adresse im Betrieb",
  "webhook.test": "Testadresse, führt den Entwurf aus",
  "webhook.whenLive": "Adresse nach dem Veröffentlichen",
};
