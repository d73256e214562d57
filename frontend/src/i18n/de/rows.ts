/** German words for lists of small forms. */
import type { rows as english } from "../rows";
import type { Texts } from "./texts";

export const rows: Texts<typeof english> = {
  "rows.up": "Zeile {{number}} nach oben",
};
