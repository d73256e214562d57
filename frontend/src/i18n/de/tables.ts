/** German words for choosing a connection or a table. */
import type { tables as english } from "../tables";
import type { Texts } from "./texts";

export const tables: Texts<typeof english> = {
  "connection.add": "Zugang hinzufügen",
  "connection.gone": "Ein Zugang, den es nicht mehr gibt",
  "connection.none": "Keiner",
  "collection.documents_one": "1 Dokument",
  "collection.documents_other": "{{count}} Dokumente",
  "collection.new": "Eine neue Sammlung dieses Namens wird angelegt.",
  "collection.notYet":
    "Eine solche Sammlung gibt es noch nicht. Ein Schritt „Zum Wissen hinzufügen“ legt sie an.",
  "table.add": "Tabelle anlegen",
  "table.columns": "Spalten: {{names}}",
  "table.gone": "{{name}} (diese Tabelle gibt es nicht)",
  "table.key": "{{name}} (jeder Wert einmal)",
  "table.none": "Tabelle wählen",
};
