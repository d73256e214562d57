/** German words for the first hour: the tour, help, a model of one's own, and who is told. */
import type { firstHour as english } from "../firstHour";
import type { Texts } from "./texts";

export const firstHour: Texts<typeof english> = {
  "alert.by": "Über",
  "alert.byHelp":
    "Um ein echtes Postfach zu erreichen, einen Zugang der Art „Mailserver“ hinzufügen.",
  "alert.discard": "Lassen, wie es ist",
  "alert.help":
    "Höchstens eine Mail in 15 Minuten, mit einem Link zu dem Schritt, der gescheitert ist. Tests zählen nicht.",
  "alert.none": "Niemand",
  "alert.onMissed": "Auch wenn die Uhr ihn nicht starten konnte",
  "alert.outbox": "Postausgang: hier aufgehoben, an niemanden gesendet",
  "alert.problem": "Die letzte Mail wurde nicht gesendet: {{why}}",
  "alert.save": "Sichern, wer es erfährt",
  "alert.saved": "Es wird mitgeteilt.",
  "alert.savedNone": "Niemand erfährt es.",
  "alert.title": "Mitteilen, wenn es schiefgeht",
  "alert.to": "Mail senden an",
  "alert.toHelp": "Mehrere Adressen mit Komma trennen.",
  "help.label": "Hilfe",
  "help.tour": "Rundgang zeigen",
  "model.connect": "Ein eigenes Modell anschließen",
  "tour.add":
    "Das + am Ausgang eines Schritts drücken und wählen, was als Nächstes geschieht. Verbindungen tragen die Daten weiter.",
  "tour.addTitle": "Schritt hinzufügen",
  "tour.back": "Zurück",
  "tour.close": "Rundgang beenden",
  "tour.done": "Fertig",
  "tour.help":
    "Alles hier lässt sich rückgängig machen und wird von selbst gesichert. Diesen Rundgang gibt es unter dem Fragezeichen wieder.",
  "tour.helpTitle": "Nichts geht kaputt",
  "tour.next": "Weiter",
  "tour.publish":
    "Bis zur Veröffentlichung kann niemand sonst den Ablauf starten. Spätere Änderungen warten auf die nächste Veröffentlichung.",
  "tour.publishTitle": "In Betrieb nehmen",
  "tour.start":
    "Dieser Schritt startet den Ablauf. Ein Doppelklick auf einen Schritt oder die Eingabetaste zeigt seine Einstellungen und Daten.",
  "tour.startTitle": "Hier beginnt es",
  "tour.step": "{{number}} von {{count}}",
  "tour.test":
    "„Test“ führt den Entwurf sofort aus. Jeder Schritt zeigt danach, was hineinging, was herauskam und warum.",
  "tour.testTitle": "Ausprobieren",
};
