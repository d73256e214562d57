/** German words for choosing a connection or a table. */
import type { tables as english } from "../tables";
import type { Texts } from "./texts";

export const tables: Texts<typeof english> = {
  "connection.add": "Zugang hinzufügen",
  "connection.gone": "Ein Zugang, den es nicht mehr gibt",
  "connection.none": "Keiner",
  "table.add": "Tabelle anlegen",
  "table.columns": "Spalten: {{names}}",
  "table.gone": "{{name}} (diese Tabelle gibt es nicht)",
  "table.key": "{{name}} (jeder Wert einmal)",
  "table.none": "Tabelle wählen",
};
