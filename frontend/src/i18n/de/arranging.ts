/** German words for arranging and for copies between flows. */
import type { arranging as english } from "../arranging";
import type { Texts } from "./texts";

export const arranging: Texts<typeof english> = {
  "arrange.across": "Gleicher Abstand von links nach rechts",
  "arrange.bottom": "An der Unterkante ausrichten",
  "arrange.centre": "Untereinander zentrieren",
  "arrange.down": "Gleicher Abstand von oben nach unten",
  "arrange.label": "{{count}} ausgewählt",
  "arrange.left": "Am linken Rand ausrichten",
  "arrange.middle": "Nebeneinander zentrieren",
  "arrange.right": "Am rechten Rand ausrichten",
  "arrange.top": "An der Oberkante ausrichten",
  "clip.missing":
    "Eingefügt. Nicht alles, was gebraucht wird, ist hier vorhanden: {{names}}. Bitte diese Schritte öffnen und etwas anderes wählen.",
  "clip.missing.connection": "der Zugang {{name}}",
  "clip.missing.flow": "der Ablauf {{name}}",
  "clip.missing.kind": "die Schrittart {{name}}",
  "clip.missing.model": "das Modell {{name}}",
  "clip.missing.nameless": "ohne Namen",
  "clip.missing.table": "die Tabelle {{name}}",
  "clip.broken":
    "Das sieht nach kopierten Schritten aus, ist aber nicht vollständig. Bitte die Schritte noch einmal kopieren und einfügen.",
  "clip.rubbish":
    "In der Kopie sind keine Schritte. Bitte Schritte hier oder in einem anderen Ablauf auswählen, kopieren und noch einmal einfügen.",
  "selection.delete": "Löschen",
  "selection.group": "Als Gruppe einrahmen",
};
