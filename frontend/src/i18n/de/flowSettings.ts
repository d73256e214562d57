/** German words of the flow settings. */
import type { flowSettings as english } from "../flowSettings";
import type { Texts } from "./texts";

export const flowSettings: Texts<typeof english> = {
  "flow.about": "Worum es geht",
  "flow.at_once": "Läufe gleichzeitig, höchstens",
  "flow.at_once.help":
    "Nützlich, wo etwas anderes nur so viel auf einmal kann, etwa ein Drucker oder ein langsamer Dienst.",
  "flow.at_once.placeholder": "Keine Grenze",
  "flow.at_once_by": "Getrennt gezählt für jeden Wert von",
  "flow.at_once_by.help":
    "Ein Feld von dem, was den Ablauf startet, etwa eine Kundennummer: Jede Kundin hat dann eine eigene Grenze. Bleibt es leer, zählen alle Läufe zusammen.",
  "flow.at_once_by.placeholder": "Alle zusammen",
  "flow.deadline_seconds": "Zeitgrenze für einen Lauf",
  "flow.deadline_seconds.help":
    "Ein Lauf, der bis dahin nicht zu Ende ist, wird angehalten. Zeit, in der er auf einen Menschen oder einen Zeitpunkt wartet, zählt mit.",
  "flow.description": "Was dieser Ablauf tut",
  "flow.description.help": "Für alle, die ihn später finden.",
  "flow.description.placeholder": "In ein, zwei Sätzen",
  "flow.draft":
    "Diese Einstellungen gehören zum Entwurf, wie die Schritte: Sie gelten ab dem Veröffentlichen und lassen sich rückgängig machen.",
  "flow.limits": "Grenzen eines Laufs",
  "flow.max_items": "Einträge in einem Lauf, höchstens",
  "flow.max_items.help": "Alles, was die Schritte ergeben, zusammengenommen.",
  "flow.max_items_per_step": "Einträge aus einem Schritt, höchstens",
  "flow.max_items_per_step.help":
    "Eine Liste, die länger ist als gedacht, hält den Lauf an, bevor es teuer wird.",
  "flow.max_stored_mb": "Megabyte, die ein Lauf behalten darf",
  "flow.max_stored_mb.help":
    "Ergebnisse der Schritte und Protokollzeilen. Der Server kann engere Grenzen setzen.",
  "flow.max_steps": "Schritte in einem Lauf, höchstens",
  "flow.max_steps.help":
    "Jede Runde eines „Wiederholen“ zählt. So endet auch ein Ablauf, der sonst nie enden würde.",
  "flow.priority": "Welche Läufe zuerst beginnen",
  "flow.priority.help": "Zählt nur, solange mehr Läufe warten, als bearbeitet werden können.",
  "flow.priority.high": "Vor anderen",
  "flow.priority.low": "Nach anderen",
  "flow.priority.normal": "Der Reihe nach",
  "flow.together": "Mehrere Läufe zugleich",
  "flow.wait_limit_seconds": "Wie lange, wer aufruft, auf die Antwort wartet",
  "flow.wait_limit_seconds.help":
    "Für Adressen, die antworten, wenn der Ablauf fertig ist. Danach heißt es, dass der Lauf weitergeht. Höchstens 5 Minuten.",
  "flow.when_busy": "Was mit einem weiteren Lauf geschieht",
  "flow.when_busy.help":
    "Er kann warten, abgelehnt werden (wer aufruft, soll es später versuchen) oder übernehmen: Die davor werden angehalten.",
  "flow.when_busy.queue": "Er wartet",
  "flow.when_busy.reject": "Er wird abgelehnt",
  "flow.when_busy.replace": "Er übernimmt",
  "kept.admin": "Nur Admins dieses Arbeitsbereichs können das ändern.",
  "kept.apply": "So aufbewahren",
  "kept.atLeast_one": "Dieser Server bewahrt jeden Lauf mindestens 1 Tag auf.",
  "kept.atLeast_other": "Dieser Server bewahrt jeden Lauf mindestens {{count}} Tage auf.",
  "kept.atMost_one": "Dieser Server bewahrt keinen Lauf länger als 1 Tag auf.",
  "kept.atMost_other": "Dieser Server bewahrt keinen Lauf länger als {{count}} Tage auf.",
  "kept.atOnce":
    "Das gilt sofort, für jeden vorhandenen Lauf, und gehört nicht zum Entwurf. Rückgängig bringt Läufe nicht zurück.",
  "kept.changed":
    "Gespeichert. Was nicht aufbewahrt werden muss, wird in den nächsten Minuten gelöscht.",
  "kept.days": "Tage",
  "kept.daysOf": "Tage: {{kind}}",
  "kept.discard": "Verwerfen",
  "kept.failed": "Gescheiterte Läufe",
  "kept.finished": "Läufe, die gelungen sind oder angehalten wurden",
  "kept.fewer":
    "Ältere Läufe werden gelöscht, mit allem, was von ihnen aufgezeichnet ist, und endgültig.",
  "kept.forever": "Für immer",
  "kept.runs": "Läufe insgesamt, höchstens",
  "kept.runsHelp": "Sind es mehr, gehen die ältesten. Läufe, die noch nicht zu Ende sind, bleiben.",
  "kept.runsNone": "Keine Grenze",
  "kept.server": "Wie dieser Server ({{days}})",
  "kept.serverDays_one": "1 Tag",
  "kept.serverDays_other": "{{count}} Tage",
  "kept.serverForever": "für immer",
  "kept.some": "Eine Anzahl von Tagen",
  "kept.test": "Testläufe",
  "kept.title": "Wie lange Läufe aufbewahrt werden",
};
