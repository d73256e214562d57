/** German words for running again. */
import type { again as english } from "../again";
import type { Texts } from "./texts";

export const again: Texts<typeof english> = {
  "again.acts_one": "Dieser Schritt wirkt nach außen und tut es noch einmal:",
  "again.acts_other": "Diese Schritte wirken nach außen und tun es noch einmal:",
  "again.before": "Den Lauf davor zeigen",
  "again.draft": "Mein Entwurf, als Test",
  "again.done": "Noch einmal ausgeführt",
  "again.doneAll": "Jeder Schritt läuft noch einmal, mit den Daten von damals.",
  "again.failure": "Ab dem Fehler",
  "again.from": "Beginn",
  "again.fromHere": "Ab hier noch einmal",
  "again.kept": "Nicht noch einmal",
  "again.keptNone": "Nichts bleibt stehen: Jeder Schritt läuft noch einmal.",
  "again.live": "Version im Betrieb, v{{number}}",
  "again.markAgain": "Wiederholt einen früheren Lauf",
  "again.markTried": "Ein Versuch mit aufgezeichneten Antworten",
  "again.menu": "Noch einmal",
  "again.on": "Womit",
  "again.pick": "Welcher Schritt?",
  "again.repeated_one":
    "Wiederholt einen früheren Lauf; das Ergebnis von 1 Schritt wurde übernommen.",
  "again.repeated_other":
    "Wiederholt einen früheren Lauf; die Ergebnisse von {{count}} Schritten wurden übernommen.",
  "again.repeated_zero": "Wiederholt einen früheren Lauf.",
  "again.replay": "Am Entwurf probieren, nichts wird gesendet",
  "again.replayHelp":
    "Der Entwurf läuft mit den Daten von damals. Schritte, die nach außen wirken, werden nicht ausgeführt: Sie antworten mit dem, was in diesem Lauf aufgezeichnet wurde. So wird nichts gesendet und nichts bezahlt.",
  "again.replayMissing":
    "Ein Schritt, zu dem dieser Lauf nie kam, hat keine aufgezeichnete Antwort. Dort endet der Versuch und sagt es.",
  "again.replayTitle": "Diesen Aufruf am Entwurf probieren",
  "again.replayed": "Ein Versuch mit aufgezeichneten Antworten; nichts wurde gesendet.",
  "again.run": "Ausführen",
  "again.same": "Version {{number}}, wie sie lief",
  "again.sameTest": "Der Entwurf von damals",
  "again.start": "Von Anfang an",
  "again.step": "Ab einem Schritt",
  "again.title": "Noch einmal ausführen",
  "again.try": "Probieren",
  "again.uncertain_one":
    "Ob dieser Schritt geschehen war, ist nicht bekannt; er läuft noch einmal:",
  "again.uncertain_other":
    "Ob diese Schritte geschehen waren, ist nicht bekannt; sie laufen noch einmal:",
};
