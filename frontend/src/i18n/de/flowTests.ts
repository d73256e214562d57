/** German words of runs saved as tests. */
import type { flowTests as english } from "../flowTests";
import type { Texts } from "./texts";

export const flowTests: Texts<typeof english> = {
  "flowTests.title": "Tests dieses Ablaufs",
  "flowTests.passed": "{{passed}} von {{count}} Tests bestehen mit diesem Entwurf.",
  "flowTests.notTried": "{{count}} Tests, mit diesem Entwurf noch nicht versucht.",
  "flowTests.trying": "Die Tests werden versucht …",
  "flowTests.try": "Jetzt versuchen",
  "flowTests.help":
    "Was nach außen geht, wird aus der Aufzeichnung beantwortet; nichts wird gesendet.",
  "flowTests.anyway": "v{{number}} trotzdem veröffentlichen",
};
