/** German words of the field that chooses another flow. */
import type { flowField as english } from "../flowField";
import type { Texts } from "./texts";

export const flowField: Texts<typeof english> = {
  "flowField.choose": "Ablauf wählen",
  "flowField.gone": "Ein Ablauf, den es nicht mehr gibt oder den andere nicht aufrufen können",
  "flowField.none": "Kein anderer Ablauf beginnt mit „Von einem anderen Ablauf aufgerufen“",
  "flowField.off": "{{name}} (nicht im Betrieb)",
  "flowField.open": "Öffnen",
};
