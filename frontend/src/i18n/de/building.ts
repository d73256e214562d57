/** German words for building with data. */
import type { building as english } from "../building";
import type { Texts } from "./texts";

export const building: Texts<typeof english> = {
  "build.acts_one": "Dieser Schritt wirkt nach außen und würde auch ausgeführt:",
  "build.acts_other": "Diese Schritte wirken nach außen und würden auch ausgeführt:",
  "build.failed": "Das konnte nicht laufen",
  "build.actsTitle": "Hier läuft mehr als ein Schritt",
  "build.edit": "Daten bearbeiten",
  "build.editHelp":
    "Eine Liste von Einträgen, als JSON. Sie wird angeheftet: Tests des Entwurfs nehmen sie, statt diesen Schritt auszuführen. Läufe im Betrieb nie.",
  "build.editNotList": "Das muss eine Liste sein: [ … ], mit einem Element je Eintrag.",
  "build.editTitle": "Daten von „{{name}}“",
  "build.from": "Ab hier ausführen",
  "build.fromHelp": "Dieser Schritt und alles, was folgt.",
  "build.inTest_one": "{{names}} läuft nicht: Die Daten sind angeheftet.",
  "build.inTest_other": "{{names}} laufen nicht: Ihre Daten sind angeheftet.",
  "build.lacking":
    "Von {{names}} gibt es noch keine Daten. „Bis hier ausführen“ holt zuerst nach, was fehlt. Oder hier schließen und dort Daten anheften.",
  "build.lackingTitle": "Es fehlen Daten",
  "build.listen": "Den nächsten echten Aufruf als Beispiel nehmen",
  "build.listening": "Wartet auf den nächsten Aufruf …",
  "build.listenHelp":
    "Jetzt eine dieser Adressen aufrufen oder warten, bis es jemand tut. Was kommt, wird als Beispiel angeheftet.",
  "build.listenStop": "Nicht mehr warten",
  "build.listenGot": "Ein Aufruf ist gekommen. Er ist jetzt das Beispiel.",
  "build.more": "Weitere Arten auszuführen",
  "build.none": "Noch kein Lauf dieses Ablaufs.",
  "build.only": "Diesen Schritt ausführen",
  "build.onlyHelp": "Mit den Daten, die da sind: angeheftet oder aus dem letzten Lauf.",
  "build.partOf": "Nur „{{name}}“ und was dafür nötig war, ist gelaufen.",
  "build.partKept_one": "Das Ergebnis von 1 Schritt stammt aus einem früheren Lauf.",
  "build.partKept_other": "Die Ergebnisse von {{count}} Schritten stammen aus einem früheren Lauf.",
  "build.past": "Daten eines früheren Laufs nehmen",
  "build.pin": "Diese Daten anheften",
  "build.pinHelp": "Tests des Entwurfs nehmen dann diese Daten, statt den Schritt auszuführen.",
  "build.pinnedEdited":
    "Angeheftete Daten, von Hand geschrieben. Tests des Entwurfs nehmen sie; Läufe im Betrieb nicht.",
  "build.pinnedHelp": "Angeheftete Daten. Tests des Entwurfs nehmen sie; Läufe im Betrieb nicht.",
  "build.pinnedMark": "Die Daten sind angeheftet",
  "build.runAnyway": "Alle ausführen",
  "build.save": "Anheften",
  "build.to": "Bis hier ausführen",
  "build.toHelp": "Dieser Schritt und was er braucht. Was schon gut ist, läuft nicht noch einmal.",
  "build.unpin": "Lösen",
};
