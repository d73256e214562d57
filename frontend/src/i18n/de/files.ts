/** German words for files of items. */
import type { files as english } from "../files";
import type { Texts } from "./texts";

export const files: Texts<typeof english> = {
  "files.fetch": "Diese Datei herunterladen",
  "files.list": "Dateien",
};
