/** German words for where flows meet people. */
import type { people as english } from "../people";
import type { Texts } from "./texts";

export const people: Texts<typeof english> = {
  "waits.decide": "Entscheiden",
};
