/** German words for how often steps run, and for what a run did in each. */
import type { counts as english } from "../counts";
import type { Texts } from "./texts";

export const counts: Texts<typeof english> = {
  "count.badge_one": "läuft einmal",
  "count.badge_other": "läuft {{count}}-mal",
  "count.badgeHelp": "Wie im letzten Lauf: einmal für jeden von {{count}} Einträgen.",
  "count.many": "Im letzten Lauf waren das viele Aufrufe, die Geld kosten oder etwas verändern:",
  "count.sure": "Ich weiß, trotzdem ausführen",
  "count.times_one": "einmal",
  "count.times_other": "{{count}}-mal",
  "story.idle": "Nichts zu tun",
  "story.itemErrors_one": "1 Eintrag ist gescheitert.",
  "story.itemErrors_other": "{{count}} Einträge sind gescheitert.",
  "story.rounds_one": "Lief in 1 Runde.",
  "story.rounds_other": "Lief in {{count}} Runden.",
  "story.sent_one": "1 Eintrag ging durch „{{port}}“ hinaus.",
  "story.sent_other": "{{count}} Einträge gingen durch „{{port}}“ hinaus.",
  "story.tries": "{{tries}} Versuche für {{count}} der Einträge.",
  "story.triesOne": "{{tries}} Versuche waren nötig.",
  "wire.items_one": "1 Eintrag",
  "wire.items_other": "{{count}} Einträge",
};
