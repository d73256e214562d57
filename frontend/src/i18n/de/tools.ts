/** German words for agents and the tools they use. */
import type { tools as english } from "../tools";
import type { Texts } from "./texts";

export const tools: Texts<typeof english> = {
  "tools.add": "Werkzeug hinzufügen",
  "tools.asksFirst": "Vorher einen Menschen fragen",
  "tools.asksFirstHelp":
    "Jedes Mal, wenn der Agent es benutzen will. Er wartet, bis jemand entscheidet.",
  "tools.fill": "Vom Modell ausfüllen lassen",
  "tools.filled": "Das Modell füllt das aus",
  "tools.filledHelp": "Was dort stehen soll, in eigenen Worten",
  "tools.filledPlaceholder": "Die Nummer der Bestellung, etwa A-17",
  "tools.guidance": "Was dem Modell darüber gesagt wird",
  "tools.guidanceHelp": "Was es tut und wann es zu benutzen ist. Ohne Worte hier: der Name.",
  "tools.guidancePlaceholder": "Findet eine Bestellung an ihrer Nummer und sagt, wann sie abging.",
  "tools.mark": "Werkzeug",
  "tools.mostCalls": "Benutzt es höchstens",
  "tools.mostCallsHelp": "In einer Arbeit. Leer: so oft, wie der Agent darf.",
  "tools.own": "Selbst ausfüllen",
  "tools.title": "Als Werkzeug von {{name}}",
  "trace.allowed": "Ein Mensch hat es erlaubt.",
  "trace.asks": "Fragt einen Menschen",
  "trace.empty": "Was er denkt und tut, erscheint hier, während er läuft.",
  "trace.gave": "ergab",
  "trace.item": "Eintrag {{number}}",
  "trace.more": "Alles",
  "trace.recalled_one": "1 Wechsel von früher",
  "trace.recalled_other": "{{count}} Wechsel von früher",
  "trace.recalls": "Erinnert sich",
  "trace.refused": "Ein Mensch hat es nicht erlaubt. {{note}}",
  "trace.remembers": "Merkt sich",
  "trace.tab": "Seine Schritte",
  "trace.thinks": "Denkt",
  "trace.tokens": "{{count}} Tokens",
  "trace.uses": "will {{names}} benutzen",
  "wire.refused.is_tool": "Ein Werkzeug ist mit seinem Agenten verbunden und mit nichts sonst.",
  "wire.refused.no_tool": "Diese Schrittart lässt sich nicht als Werkzeug benutzen.",
};
